using System.Globalization;
using System.Text;
using System.Text.Json;
using CommitRelay.Performance.Events;
using CommitRelay.Performance.Json;
using CsCheck;

namespace CommitRelay.Performance.Tests.Events;

public sealed class EventSurveyTests
{
    private static readonly Gen<string> Piece = OneOf(
        "{\"type\":\"a\"}", "{\"event\":\"b\"}", "\n", "\n", "\n", " ", "{}{}", "{\n  \"type\": \"a\",\n  \"n\": [\n    1\n  ]\n}", "{\"n\": ,}", "# comment", "\0\0", "7", "\"text\"", "{\"text\":\"raw\nfeed\"}", "}", "\uFEFF", "{\"deep\":", "\r\n",
        "{\"type\":\"a\",\"timestamp\":\"2025-11-20T09:00:01Z\"}\r\n", "{\"timestamp\":\"2025-11-20T09:00:00+01:00\",\"event_type\":\"c\",\"event\":\"d\"}\n", "{\"timestamp\":null,\"type\":5,\"event\":\"e\"}\n",
        "{\"type\":\"a\",\"type\":\"b\",\"type\":null,\"timestamp\":\"2025-11-21T09:00:00Z\",\"timestamp\":7}\n", "{\"t\\u0079pe\":\"\\u0061\",\"data\":{\"type\":\"x\",\"timestamp\":\"x\"}}\n", "{\"type\":\"\"}\n", "{}\n", "{\"timestamp\":\"yesterday\"}\n");

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
        Assert.Equal(records.Count, survey.Records.Count);
        Assert.Equal(ByType(records), survey.Records.ByEventType.OrderBy(static pair => pair.Key, StringComparer.Ordinal));
        var timestamps = Timestamps(records);
        var instants = timestamps.Where(static value => value.Instant is not null).ToList();
        Assert.Equal((timestamps.Count, timestamps.Count - instants.Count), (survey.Records.Timestamps.WithTimestamp, survey.Records.Timestamps.Unreadable));
        Assert.Equal((instants.FirstOrDefault().Text, instants.LastOrDefault().Text), (survey.Records.Timestamps.First, survey.Records.Timestamps.Last));
        Assert.Equal((instants.Min(static value => value.Instant), instants.Max(static value => value.Instant)), (survey.Records.Timestamps.Earliest, survey.Records.Timestamps.Latest));
        Assert.Equal(instants.Zip(instants.Skip(1)).Count(static pair => pair.Second.Instant < pair.First.Instant), survey.Records.Timestamps.OutOfOrderSteps);
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
    private static (List<byte[]> Records, List<(long, long)> Damaged) Records(byte[] text)
    {
        var records = new List<byte[]>();
        var damaged = new List<(long, long)>();
        for (var at = 0; ;)
        {
            while (at < text.Length && text[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
                at++;
            if (at >= text.Length)
                return (records, damaged);
            if (JsonValidator.ReadValue(text.AsSpan(at), out var length) == JsonValidity.Complete)
            {
                records.Add(text[at..(at + length)]);
                at += length;
                continue;
            }

            var next = text.AsSpan(at).IndexOf("\n{"u8);
            var end = next < 0 ? text.Length : at + next + 1;
            damaged.Add((at, end));
            at = end;
        }
    }

    /// <summary>Objects by the first of the three names that has a text, and of a repeated name its last text.</summary>
    private static IEnumerable<KeyValuePair<string, long>> ByType(List<byte[]> records) => Objects(records)
        .Select(static members => new[] { "type", "event_type", "event" }
            .Select(name => members.LastOrDefault(member => member.Name == name && member.Value.ValueKind == JsonValueKind.String).Value)
            .FirstOrDefault(static value => value.ValueKind == JsonValueKind.String))
        .GroupBy(static value => value.ValueKind == JsonValueKind.String && value.GetString() != "" ? value.GetString()! : "(none)")
        .Select(static group => KeyValuePair.Create(group.Key, group.LongCount()))
        .OrderBy(static pair => pair.Key, StringComparer.Ordinal);

    private static List<(string? Text, DateTimeOffset? Instant)> Timestamps(List<byte[]> records) => [.. Objects(records)
        .Select(static members => members.LastOrDefault(static member => member.Name == "timestamp").Value)
        .Where(static value => value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null))
        .Select(static value => value.ValueKind == JsonValueKind.String && DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, out var instant)
            ? (value.GetString(), instant.ToUniversalTime())
            : ((string?)null, (DateTimeOffset?)null))];

    private static IEnumerable<List<(string Name, JsonElement Value)>> Objects(List<byte[]> records)
    {
        foreach (var record in records)
        {
            using var document = JsonDocument.Parse(record);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                yield return [.. document.RootElement.EnumerateObject().Select(static member => (member.Name, member.Value.Clone()))];
        }
    }

    private sealed class SlowStream(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(place => texts[place]);
}
