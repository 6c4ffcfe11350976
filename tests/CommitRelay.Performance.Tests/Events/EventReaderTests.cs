using System.Text;
using System.Text.Json;
using CommitRelay.Performance.Events;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.TestHelpers;
using CsCheck;

namespace CommitRelay.Performance.Tests.Events;

public sealed class EventReaderTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<EventDamage> _damage = [];

    private string Log => _folder["events.jsonl"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "", "")]
    [InlineData("\n\n  \r\n", "", "")]
    [InlineData("{\"a\":1}", "{\"a\":1}", "")]
    [InlineData("{\"a\":1}\r\n{\"b\":2}\r\n", "{\"a\":1}|{\"b\":2}", "")]
    [InlineData("{\"a\":1}{\"b\":2} [3] \"x\" 4", "{\"a\":1}|{\"b\":2}|[3]|\"x\"|4", "")]
    [InlineData("\uFEFF# a comment {\n{\n  \"a\": [\n    {\n    }\n  ]\n}\n# the end", "{\n  \"a\": [\n    {\n    }\n  ]\n}", "")]
    [InlineData("{\"a\": ,\"b\":1}\n{\"c\":1}\n", "{\"c\":1}", "0+14")]
    [InlineData("{\"a\":\"x\ny\"}\n  {\"no\":1}\n{\"c\":1}\n", "{\"c\":1}", "0+23")]
    [InlineData("{\"a\":1}\n{\"torn\":\"ab\n{\"c\":1}\n", "{\"a\":1}|{\"c\":1}", "8+12")]
    [InlineData("{\"a\":1}\n\0\0\0{\"c\":1}\n", "{\"a\":1}|{\"c\":1}", "8+3")]
    [InlineData("{\"a\":1}\n{\"torn\":", "{\"a\":1}", "8+8")]
    [InlineData("word\n{\"c\":1}", "{\"c\":1}", "0+5")]
    public async Task Read_OfEveryDialect_GivesTheValuesAndTheDamage(string text, string values, string damage)
    {
        File.WriteAllText(Log, text, new UTF8Encoding(false));
        Assert.Equal(values, string.Join('|', await ValuesAsync()));
        Assert.Equal(damage, string.Join('|', _damage.Select(d => $"{d.Offset}+{d.Length}")));
    }

    [Fact]
    public async Task Damage_SaysWhereAndWhatWasExpected()
    {
        File.WriteAllText(Log, "{\"a\":1}\n{\"b\": ,\"c\":2}\n");
        await ValuesAsync();
        var damage = Assert.Single(_damage);
        Assert.Equal((Log, 8L, 14L), (damage.File, damage.Offset, damage.Length));
        Assert.Equal("a value expected at byte 14", damage.Reason);
    }

    [Fact]
    public void Cutter_FedInAnyPieces_AgreesWithReadingAllAtOnce()
    {
        string[] kinds = ["{\"a\":1}\n", "{\"a\":1}", "\n", "{\n  \"x\": \"\\u00e9\",\n  \"y\": [1, 2.5e3]\n}\n", "# c\n", "{\"torn\":\n", "{\"b\":\"raw\nfeed\"}\n", "\0\0", "12", " ", "nul", "true\n", "{\"ä\":\"€😀\"}\n", "]", "\r\n"];
        var piece = Gen.Int[0, kinds.Length - 1].Select(kind => kinds[kind]);
        Gen.Select(piece.Array[0, 12], Gen.Int[1, 9].Array[1, 20]).Sample((pieces, cuts) =>
        {
            var bytes = Encoding.UTF8.GetBytes(string.Concat(pieces));
            Assert.Equal(Cut(bytes, [bytes.Length]), Cut(bytes, cuts));
        });
    }

    [Fact]
    public async Task Read_AsType_ReportsAnotherShapeAndReadsOn()
    {
        File.WriteAllText(Log, """
            {"type":"a","producer":1,"number":1,"text":""}
            {"type":7}
            {"type":"b","producer":1,"number":2,"text":""}{"type":"c","producer":1,"number":3,"text":""}
            {
              "type": "d", "producer": 1, "number": 4, "text": ""
            }
            """);
        var reader = new EventReader(Log, new() { OnDamaged = _damage.Add });
        var read = await ToListAsync(reader.ReadAsync(SampleContext.Default.SampleEvent));
        Assert.Equal(["a", "b", "c", "d"], read.Select(e => e!.Type));
        Assert.Equal((47L, 10L), (Assert.Single(_damage).Offset, _damage[0].Length));
        var filtered = await ToListAsync(reader.ReadAsync(SampleContext.Default.SampleEvent, JsonFilter.OneOf("type", "b", "d")));
        Assert.Equal(["b", "d"], filtered.Select(e => e!.Type));
        Assert.Equal(5, await reader.CountAsync());
        Assert.Equal(1, await reader.CountAsync(JsonFilter.EqualTo("type", 7)));
    }

    [Fact]
    public async Task Count_WithAFilterThatSkipsLines_AgreesWithLookingAtEach()
    {
        string[] kinds = ["{\"type\":\"a\"}\n", "{\"type\":\"b\"}\n", "{\"type\":\"\\u0061\"}\n", "{\"x\":{}}{\"type\":\"a\"}\n", "{\"x\":{} }\r\n", "{\"x\":[{}\n", "{\"x\":{}\n,\"type\":\"a\"}\n", "{\"x\": }\n", "[1]\n", "{\n\"type\":\"a\"}\n", "{\"t\":\"raw\n\"}\n", "\n"];
        var random = new Random(7);
        for (var round = 0; round < 300; round++)
        {
            File.WriteAllText(Log, string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => kinds[random.Next(kinds.Length)])));
            var filter = JsonFilter.EqualTo("type", "a");
            var strict = new EventReader(Log, new() { OnDamaged = static _ => { } });
            Assert.True(await strict.CountAsync(filter) == await new EventReader(Log).CountAsync(filter), File.ReadAllText(Log));
        }
    }

    [Fact]
    public async Task CountBy_TakesTheFirstMemberThatIsAText()
    {
        File.WriteAllText(Log, """{"event":"x","type":"a"}{"type":1,"event_type":"b"}{"event":"a"}{"type":{"type":"no"}}[{"type":"a"}]""");
        var counts = await new EventReader(Log).CountByAsync(["type", "event_type", "event"]);
        Assert.Equal([("(none)", 1L), ("a", 2L), ("b", 1L)], counts.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => (c.Key, c.Value)));
    }

    [Fact]
    public void CountBy_OfLinesInAnyOrder_CountsEachByItsText()
    {
        var known = new (string Lines, string[] Texts)[]
        {
            ("""{"type":"a"}""", ["a"]),
            ("""{ "other": 1 , "type" : "a" }""", ["a"]),
            ("""{"t\u0079pe":"a"}""", ["a"]),
            ("""{"type":"\u0061"}""", ["a"]),
            ("""{"type":"b","type":1}""", ["b"]),
            ("""{"type":"b","type":"c"}""", ["c"]),
            ("""{"type":null,"event":"b"}""", ["b"]),
            ("""{"event":"c","type":"a"}""", ["a"]),
            ("""{"x":{"type":"no"},"y":["type"]}""", ["(none)"]),
            ("""{"type":""}""", ["(none)"]),
            ("{}", ["(none)"]),
            ("""{"type":"a"}{"type":"b"}""", ["a", "b"]),
            ("{\n  \"type\": \"c\"\n}", ["c"]),
            ("{\"type\":\"torn\n{\"type\":\"b\"}", ["b"]),
            ("""{"type":"a",}""", []),
            ("""{"type":"a"} x""", ["a"]),
            ("""{"type" "a"}""", []),
            ("{\"type\":\"a\",\"deep\":" + new string('[', 100) + new string(']', 100) + "}", ["a"]),
            ("# {\"type\":\"no\"}", []),
        };
        Gen.Int[0, known.Length - 1].Array[0, 30].Sample(
            turns =>
            {
                var lines = turns.SelectMany(turn => new[] { known[turn].Lines, "{\"type\":\"end\"}" });
                File.WriteAllText(Log, string.Concat(lines.Select(static line => line + "\n")));
                var expected = turns.SelectMany(turn => known[turn].Texts.Append("end")).CountBy(static text => text).Select(static c => KeyValuePair.Create(c.Key, (long)c.Value)).OrderBy(static c => c.Key, StringComparer.Ordinal);
                var counts = new EventReader(Log).CountByAsync(["type", "event"]).AsTask().GetAwaiter().GetResult();
                Assert.Equal(expected, counts.OrderBy(static c => c.Key, StringComparer.Ordinal));
            },
            iter: 300,
            threads: 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(20_000)]
    [InlineData(30_001)]
    public async Task Last_ReadsFromTheEnd_OverParts(int count)
    {
        File.WriteAllLines(_folder["events.20250101T0000000000000Z.jsonl"], Enumerable.Range(0, 10_000).Select(Line));
        File.WriteAllLines(Log, Enumerable.Range(10_000, 20_000).Select(Line));
        File.AppendAllText(Log, "{\"torn\":");
        var reader = new EventReader(Log, new() { IncludeArchives = true, OnDamaged = _damage.Add });
        var last = await reader.LastAsync(count, SampleContext.Default.SampleEvent);
        Assert.Equal(Enumerable.Range(0, 30_000).TakeLast(count), last.Select(e => e!.Number));
        Assert.Equal(count == 0 ? 0 : 1, _damage.Count);

        static string Line(int n) => $$"""{"type":"a","producer":0,"number":{{n}},"text":"some text to make it longer"}""";
    }

    [Fact]
    public async Task Read_OfPartsThatLiePlainAndCompressed_ReadsEachOnce()
    {
        File.WriteAllText(_folder["events.20250101T0000000000000Z.jsonl"], "1\n");
        File.WriteAllText(_folder["events.20250101T0000000000000Z.jsonl.gz"], "half of it");
        await using (var gzip = new System.IO.Compression.GZipStream(File.Create(_folder["events.20250102T0000000000000Z.jsonl.gz"]), System.IO.Compression.CompressionLevel.Optimal))
            gzip.Write("2\n"u8);
        _folder.Write("events-archive/2025-01-03/x.jsonl", "3\n");
        _folder.Write("archive/2025-01-04/events.jsonl", "4\n");
        _folder.Write("archive/2025-01-04/other.jsonl", "no\n");
        _folder.Write("events-other.jsonl", "no\n");
        File.WriteAllText(Log, "5\n");
        File.SetLastWriteTimeUtc(_folder.Write("events.jsonl.old", "0\n"), new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal("0|1|2|3|4|5", string.Join('|', await ValuesAsync(new() { IncludeArchives = true })));
    }

    [Fact]
    public async Task Read_OfACompressedPartThatIsCutShort_GivesWhatIsWhole_TellsOfTheCut_AndGoesOnWithTheNext()
    {
        var path = _folder["events.20250102T0000000000000Z.jsonl.gz"];
        var numbers = Enumerable.Range(0, 500).Select(static n => n * 7919 % 1000).ToArray();
        using var packed = new MemoryStream();
        await using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            // Flushed amid, so that some cuts fall between two blocks, where no unpacked byte looks wrong.
            foreach (var number in numbers)
            {
                gzip.Write(Encoding.UTF8.GetBytes($"{number}\n"));
                if (number % 50 == 0)
                    gzip.Flush();
            }
        }

        File.WriteAllText(Log, "-1\n");
        var options = new EventReaderOptions { IncludeArchives = true, OnDamaged = _damage.Add };
        for (var length = 0; length <= packed.Length; length++)
        {
            _damage.Clear();
            File.WriteAllBytes(path, packed.ToArray().AsSpan(0, length));
            var values = await ValuesAsync(options);
            Assert.Equal("-1", values[^1]);
            var read = values.Count - 1;
            var whole = length == packed.Length;
            Assert.True(whole ? read == numbers.Length : read <= numbers.Length);

            // A number that the cut goes through is shorter, not wrong: only of text in brackets can it be told that it is torn.
            Assert.Equal(numbers.Take(Math.Max(0, read - 1)).Select(static n => $"{n}"), values.Take(Math.Max(0, read - 1)));
            Assert.Equal(whole ? 0 : 1, _damage.Count(d => d.File == path && d.Reason.Contains("cut short", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task Read_OfAFileThatDoesNotExist_GivesNothing()
    {
        Assert.Empty(await ValuesAsync());
        Assert.Empty(await new EventReader(Log).LastRawAsync(3));
    }

    [SharedFact]
    public async Task Read_OfTheCorpus_AgreesWithTheAnswers()
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Shared!, "corpus", "expected.json")));
        foreach (var file in expected.RootElement.GetProperty("jsonl").EnumerateObject())
        {
            var records = file.Value.GetProperty("records");
            var damage = new List<EventDamage>();
            var reader = new EventReader(Path.Combine(Repository.CorpusHome, file.Name), new() { OnDamaged = damage.Add });
            Assert.Equal(records.GetProperty("count").GetInt64(), await reader.CountAsync());
            Assert.Equal(records.GetProperty("damaged_regions").EnumerateArray().Select(r => (r[0].GetInt64(), r[1].GetInt64())), damage.Select(d => (d.Offset, d.Offset + d.Length)));
            var types = await reader.CountByAsync(["type", "event_type", "event"]);
            Assert.Equal(
                records.GetProperty("by_event_type").EnumerateObject().Select(t => (t.Name, t.Value.GetInt64())).OrderBy(t => t.Name, StringComparer.Ordinal),
                types.Select(t => (t.Key, t.Value)).OrderBy(t => t.Key, StringComparer.Ordinal));
            Assert.Equal(records.GetProperty("timestamps").GetProperty("with_timestamp").GetInt64(), await reader.CountAsync(JsonFilter.Exists("timestamp")));
        }
    }

    private async Task<List<string>> ValuesAsync(EventReaderOptions? options = null)
    {
        var values = new List<string>();
        await foreach (var text in new EventReader(Log, (options ?? new()) with { OnDamaged = _damage.Add }).ReadRawAsync())
            values.Add(Encoding.UTF8.GetString(text.Json.Span));
        return values;
    }

    private static List<string> Cut(byte[] bytes, int[] sizes)
    {
        var found = new List<string>();
        var cutter = new EventCutter("f", new() { OnDamaged = d => found.Add($"damage {d.Offset}+{d.Length} {d.Reason}") });
        var turn = 0;
        for (var at = 0; at < bytes.Length; turn++)
        {
            var size = Math.Min(sizes[turn % sizes.Length], bytes.Length - at);
            bytes.AsMemory(at, size).CopyTo(cutter.Room());
            cutter.Filled(size);
            at += size;
            Drain();
        }

        cutter.End(Stream.Null);
        Drain();
        return Merge(found);

        void Drain()
        {
            while (cutter.TryNext(out var value))
                found.Add($"{cutter.ValueOffset} {Encoding.UTF8.GetString(value.Span)}");
        }

        // A run of zero bytes is told as it comes in.
        static List<string> Merge(List<string> found)
            => [.. found.Select(f => f.EndsWith("zero bytes", StringComparison.Ordinal) ? "zero bytes" : f).Where((f, n) => n == 0 || f != "zero bytes" || found[n - 1].EndsWith("zero bytes", StringComparison.Ordinal) is false)];
    }

    private static async Task<List<T>> ToListAsync<T>(IAsyncEnumerable<T> source)
    {
        var list = new List<T>();
        await foreach (var item in source)
            list.Add(item);
        return list;
    }
}
