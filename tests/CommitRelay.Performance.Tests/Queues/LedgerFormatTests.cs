using System.Buffers;
using System.Text.Json;
using CommitRelay.Performance.Queues;
using CsCheck;

namespace CommitRelay.Performance.Tests.Queues;

public sealed class LedgerFormatTests
{
    private static readonly LedgerLine Line = new()
    {
        Operation = LedgerOperation.State,
        State = TaskState.Leased,
        Identity = new TaskIdentity("task-7", 1, 0x5f0c),
        Fence = 1764,
        Attempt = 2,
        Status = "queued",
        Worker = "host:4711",
        At = new DateTimeOffset(2026, 11, 24, 8, 15, 0, TimeSpan.Zero),
        Until = new DateTimeOffset(2026, 11, 24, 8, 20, 0, TimeSpan.Zero),
        ClaimedAt = new DateTimeOffset(2026, 11, 24, 8, 15, 0, TimeSpan.Zero),
        Reason = "no \"luck\"",
        TraceId = "0af7651916cd43dd8448eb211c80319c",
        IsShown = true,
        Text = """{"id":"task-7","n":[1,2]}"""u8.ToArray(),
    };

    [Fact]
    public void ALine_IsReadAsItWasWritten()
    {
        Assert.True(LedgerFormat.TryRead(Written(), out var read, out var fence));
        Assert.Null(fence);
        Assert.Equal(Line.Text.ToArray(), read.Text.ToArray());
        Assert.Equal(Line with { Text = default }, read with { Text = default });
    }

    [Theory]
    [InlineData("""{"op":"claim","id":"a","hash":null}""")]
    [InlineData("""{"op":"claim","id":"a","hash":"11111111111111111"}""")]
    [InlineData("""{"op":"claim","id":"a","fence":99999999999999999999}""")]
    [InlineData("""{"op":"claim","id":"a","at":"yesterday"}""")]
    [InlineData("""{"op":"claim","id":"\ud800"}""")]
    [InlineData("""{"op":"claim"}""")]
    [InlineData("""["op","claim"]""")]
    public void ADamagedLine_IsDamage(string text)
        => Assert.ThrowsAny<JsonException>(() => LedgerFormat.TryRead(System.Text.Encoding.UTF8.GetBytes(text), out _, out _));

    [Fact]
    public void AnyDamageToALine_IsReadOrSaidToBeDamage()
    {
        var line = Written();
        Gen.Select(Gen.Int[0, line.Length - 1], Gen.Int[0, 12], Gen.OneOf(Array.ConvertAll<string, Gen<string>>(["", "\"", "null", "0", "11111111111111111111", "{", "]", "\\ud800", "\u0000", "ÿ", "-1", "1e400"], Gen.Const))).Sample(
            (at, removed, put) =>
            {
                var damaged = (byte[])[.. line.AsSpan(0, at), .. System.Text.Encoding.UTF8.GetBytes(put), .. line.AsSpan(Math.Min(line.Length, at + removed))];
                try
                {
                    LedgerFormat.TryRead(damaged, out _, out _);
                }
                catch (JsonException)
                {
                    // Said.
                }
            },
            iter: 5_000);
    }

    private static byte[] Written()
    {
        var output = new ArrayBufferWriter<byte>();
        LedgerFormat.Write(output, Line);
        return output.WrittenSpan[..^1].ToArray();
    }
}
