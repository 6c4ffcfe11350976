using System.Text;
using CommitRelay.Performance.Events;
using CommitRelay.Performance.Json;
using CsCheck;

namespace CommitRelay.Performance.Tests.Events;

public sealed class EventSurveyTests
{
    private static readonly Gen<string> Piece = OneOf(
        "{\"type\":\"a\"}", "{\"event\":\"b\"}", "\n", "\n", "\n", " ", "{}{}", "{\n  \"type\": \"a\",\n  \"n\": [\n    1\n  ]\n}", "{\"n\": ,}", "# comment", "\0\0", "7", "\"text\"", "{\"text\":\"raw\nfeed\"}", "}", "\uFEFF", "{\"deep\":", "\r\n");

    [Fact]
    public void ReadStreamAsync_OfAnyText_CountsAsReadingItSlowly() => Gen.Select(Piece.Array[0, 12], Gen.Int[1, 30]).Sample((pieces, size) =>
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(pieces));
        var survey = EventSurvey.ReadStreamAsync(new SlowStream(text, size), "text").GetAwaiter().GetResult();
        var lines = Lines(text);
        Assert.Equal(text.LongLength, survey.Bytes);
        Assert.Equal(text.AsSpan().Count((byte)'\n'), survey.Newlines);
        Assert.Equal(lines.Count, survey.NonEmptyLines);
        Assert.Equal(lines.Count(static line => JsonValidator.FirstError(line) < 0), survey.ValidLines);
        var (records, damaged) = Records(text);
        Assert.Equal(records, survey.Records.Count);
        Assert.Equal(damaged, survey.Damaged.Select(static damage => (damage.Offset, damage.Offset + damage.Length)));
    });

    private static List<byte[]> Lines(byte[] text)
    {
        var lines = new List<byte[]>();
        var start = 0;
        for (var at = 0; at <= text.Length; at++)
        {
            if (at < text.Length && text[at] != '\n')
                continue;
            var line = text[start..at];
            if (line.Any(static b => b is not ((byte)' ' or (byte)'\t' or (byte)'\r')))
                lines.Add(line);
            start = at + 1;
        }

        return lines;
    }

    /// <summary>Skip blanks, read one value; on an error the damage runs to the next bracket directly behind a line feed.</summary>
    private static (long Records, List<(long, long)> Damaged) Records(byte[] text)
    {
        var records = 0L;
        var damaged = new List<(long, long)>();
        for (var at = 0; ;)
        {
            while (at < text.Length && text[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
                at++;
            if (at >= text.Length)
                return (records, damaged);
            if (JsonValidator.ReadValue(text.AsSpan(at), out var length) == JsonValidity.Complete)
            {
                records++;
                at += length;
                continue;
            }

            var next = text.AsSpan(at).IndexOf("\n{"u8);
            var end = next < 0 ? text.Length : at + next + 1;
            damaged.Add((at, end));
            at = end;
        }
    }

    private sealed class SlowStream(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(place => texts[place]);
}
