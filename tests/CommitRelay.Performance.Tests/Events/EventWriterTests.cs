using CommitRelay.Performance.Events;
using CommitRelay.Performance.TestHelpers;
using Microsoft.Extensions.Time.Testing;

namespace CommitRelay.Performance.Tests.Events;

public sealed class EventWriterTests : IDisposable
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new();

    private string Log => _folder["events.jsonl"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Write_BelowEveryLimit_IsWrittenWhenTheIntervalHasPassed()
    {
        await using var writer = new EventWriter(Log, new() { FlushInterval = TimeSpan.FromSeconds(1) }, _time);
        writer.WriteLine("{}"u8);
        Assert.Equal(0, new FileInfo(Log).Length);
        _time.Advance(TimeSpan.FromSeconds(1));
        await Until.True(() => new FileInfo(Log).Length == 3);
    }

    [Fact]
    public async Task Write_AtTheLimitOfEventsOrBytes_IsWrittenAtOnce()
    {
        await using (var writer = new EventWriter(Log, new() { FlushEvents = 2 }, _time))
        {
            writer.WriteLine("{}"u8);
            writer.WriteLine("{}"u8);
            await Until.True(() => new FileInfo(Log).Length == 6);
            Assert.Equal(1, writer.Statistics.Batches);
        }

        await using (var writer = new EventWriter(Log, new() { FlushBytes = 10 }, _time))
        {
            writer.WriteLine("""{"abcd":1}"""u8);
            await Until.True(() => new FileInfo(Log).Length == 17);
        }
    }

    [Fact]
    public async Task Write_AfterATornLine_ClosesItOff()
    {
        File.WriteAllText(Log, "{\"torn\":");
        await using (var writer = new EventWriter(Log))
            writer.WriteLine("{}"u8);
        Assert.Equal("{\"torn\":\n{}\n", File.ReadAllText(Log));
    }

    [UnixFact]
    public async Task Write_WhenTheFileWasRemovedOrReplaced_GoesToTheOneAtThePath()
    {
        await using var writer = new EventWriter(Log);
        await writer.WriteLineAsync("1"u8.ToArray(), Durability.Flushed);
        File.Move(Log, _folder["old"]);
        await writer.WriteLineAsync("2"u8.ToArray(), Durability.Flushed);
        Assert.Equal("2\n", File.ReadAllText(Log));
        Directory.Delete(_folder.Path, recursive: true);
        await writer.WriteLineAsync("3"u8.ToArray(), Durability.Durable);
        Assert.Equal("3\n", File.ReadAllText(Log));
    }

    [Fact]
    public async Task Writers_OnOnePath_ShareTheFileAndTheLastOneClosesIt()
    {
        var one = new EventWriter(Log);
        var two = new EventWriter(_folder["x", "..", "events.jsonl"]);
        one.WriteLine("1"u8);
        two.WriteLine("2"u8);
        await one.DisposeAsync();
        Assert.Equal("1\n2\n", File.ReadAllText(Log));
        Assert.Throws<ObjectDisposedException>(() => one.WriteLine("3"u8));
        two.WriteLine("4"u8);
        await two.DisposeAsync();
        Assert.Equal("1\n2\n4\n", File.ReadAllText(Log));
        Assert.Equal(3, two.Statistics.Accepted);
    }

    [Fact]
    public async Task Writers_OnOnePathWithOtherSettings_AreRefused()
    {
        await using var one = new EventWriter(Log);
        var e = Assert.Throws<ArgumentException>(() => new EventWriter(Log, new() { FlushEvents = 7 }));
        Assert.Contains("other settings", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_OutOfRange_AreRefusedWithBothValues()
    {
        var e = Assert.Throws<ArgumentException>(() => new EventWriter(Log, new() { FlushBytes = 40_000, BufferBytes = 65_536 }));
        Assert.Equal("EventWriterOptions.FlushBytes is 40000; it must be 1 to 32768 bytes (half of BufferBytes, 65536). (Parameter 'FlushBytes')", e.Message);
    }

    [Fact]
    public async Task Write_OfAnEventLongerThanHalfTheBuffer_IsRefused()
    {
        await using var writer = new EventWriter(Log, new() { BufferBytes = 65_536, FlushBytes = 1024 });
        Assert.Throws<ArgumentException>(() => writer.WriteLine(new byte[40_000].AsSpan()));
        writer.Write(new SampleEvent("a", 0, 0, new string('x', 30_000)), SampleContext.Default.SampleEvent);
        await writer.FlushAsync();
        Assert.Equal(1, writer.Statistics.Written);
    }

    [Fact]
    public async Task Statistics_TellWhatWasTakenAndWritten()
    {
        await using var writer = new EventWriter(Log, timeProvider: _time);
        for (var n = 0; n < 10; n++)
            writer.WriteLine("{}"u8);
        var waiting = writer.Statistics;
        Assert.Equal((10, 0, 10, 30), (waiting.Accepted, waiting.Written, waiting.Waiting, waiting.WaitingBytes));
        await writer.FlushAsync(Durability.Durable).AsTask().WaitAsync(Guard);
        var done = writer.Statistics;
        Assert.Equal((10, 0, 30, 1, 1), (done.Written, done.Waiting, done.WrittenBytes, done.Batches, done.Syncs));
        Assert.True(writer.Health.IsWriting);
        await writer.FlushAsync(Durability.Durable);
        Assert.Equal(1, writer.Statistics.Syncs);
    }
}
