using System.IO.Compression;
using System.Text;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Queues;

public class QueueFaultTests
{
    private const string One = "{\"id\":\"1\",\"status\":\"queued\"}";

    [Theory]
    [InlineData("", 0)]
    [InlineData("{\"tasks\":[", 10)]
    [InlineData("{\"tasks\":[{}", 12)]
    [InlineData("{\"tasks\":[{}]", 13)]
    [InlineData("{\"tasks\":[{}]}x", 14)]
    [InlineData("{\"tasks\":[{}]}{}", 14)]
    [InlineData("{\"tasks\":[{},]}", 13)]
    [InlineData("{\"tasks\":[,{}]}", 10)]
    [InlineData("{\"tasks\":[{} {}]}", 13)]
    [InlineData("{\"tasks\":[{},,{}]}", 13)]
    [InlineData("{\"tasks\":[{}x,{}]}", 12)]
    [InlineData("{\"tasks\":[{\"a\":1}},{\"b\":2}]}", 17)]
    [InlineData("{\"tasks\":[{\"a\":[1}}]}", 17)]
    [InlineData("{\"tasks\":[{\"a\":\"x\ny\"}]}", 17)]
    [InlineData("{\"tasks\":[{}],\"tasks\":[]}", 14)]
    [InlineData("{\"tasks\":{}}", 9)]
    [InlineData("{\"tasks\":null,\"x\":[]}", 9)]
    [InlineData("{\"x\":[]}", 8)]
    [InlineData("{\"x\":tru,\"tasks\":[]}", 8)]
    [InlineData("{\"x\":[1,],\"tasks\":[]}", 8)]
    [InlineData("{\"tasks\":[]  \"x\":1}", 13)]
    [InlineData("[1,2", 4)]
    [InlineData("[\"a", 3)]
    [InlineData("[1 2]", 3)]
    [InlineData("[{}\0{}]", 3)]
    [InlineData("[{},{},{}\0,{}]", 9)]
    [InlineData("[{\"a\":1},{\"a\":1},{\"a\":1}\0{\"a\":1}]", 24)]
    [InlineData("[{\"a\":[]},{\"a\":[]},{\"a\":[}},{\"a\":[]}]", 25)]
    [InlineData("[nul]", 4)]
    [InlineData("[{\"a\":01}]", 7)]
    [InlineData("[{\"a\" 1}]", 6)]
    [InlineData("[{\"a\":\"\\q\"}]", 8)]
    public async Task ReadElementsAsync_BrokenText_SaysWhere(string text, long offset)
    {
        foreach (var width in QueueReaderModelTests.Widths)
        {
            foreach (var portion in new[] { 1, 1000 })
            {
                var fault = await Assert.ThrowsAsync<QueueFormatException>(() => DrainAsync(new DripStream(Encoding.UTF8.GetBytes(text), portion), new QueueReaderOptions { Width = width }));
                Assert.Equal(offset, fault.ByteOffset);
                Assert.True(fault.Line > 0);
                Assert.NotEmpty(fault.Expected);
            }
        }
    }

    [Fact]
    public async Task ReadElementsAsync_BadUtf8InAYieldedElement_IsAFault()
    {
        byte[] text = [.. "[{\"a\":\""u8, 0xC0, 0x80, .. "\"}]"u8];
        var fault = await Assert.ThrowsAsync<QueueFormatException>(() => DrainAsync(new MemoryStream(text), new QueueReaderOptions()));
        Assert.Equal(7, fault.ByteOffset);
        Assert.Equal("$.tasks[0].a", fault.JsonPath);
    }

    [Fact]
    public async Task ReadElementsAsync_Fault_ComesAfterWhatWasWhole()
    {
        var ids = new List<string?>();
        await Assert.ThrowsAsync<QueueFormatException>(async () =>
        {
            await foreach (var element in new QueueReader().ReadElementsAsync(QueueReaderTests.Memory($"[{One},{One},{{\"id\":}}]")))
                ids.Add(element.GetText("id"));
        });
        Assert.Equal(["1", "1"], ids);
    }

    [Fact]
    public async Task Fault_SeekableOrNot_KnowsLineAndColumn()
    {
        using var folder = new TempFolder();
        var text = "{\n  \"tasks\": [\n" + string.Concat(Enumerable.Repeat("    { \"n\": 1 },\n", 40_000)) + "    { \"n\": }\n  ]\n}\n";
        var path = folder.Write("task-queue.json", text);
        var fromFile = await Assert.ThrowsAsync<QueueFormatException>(() => DrainAsync(path, new QueueReaderOptions()));
        var fromStream = await Assert.ThrowsAsync<QueueFormatException>(() => DrainAsync(new DripStream(File.ReadAllBytes(path), 70_001), new QueueReaderOptions()));
        Assert.Equal((40_003, 12, "$.tasks[40000].n"), (fromFile.Line, fromFile.Column, fromFile.JsonPath));
        Assert.Equal((fromFile.Line, fromFile.Column, fromFile.ByteOffset), (fromStream.Line, fromStream.Column, fromStream.ByteOffset));
        Assert.Contains(path, fromFile.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"id\":\"2\",\"n\":}")]
    [InlineData("{\"id\":\"2\",\"n\":{}")]
    [InlineData("{\"id\":\"2\",\"n\":1}}", "2")]
    [InlineData("{\"id\":\"2\",\"n\":\"unclosed}")]
    [InlineData("{\"id\":\"2\",\"n\":[1}")]
    [InlineData("junk")]
    public async Task OnMalformed_BrokenElement_GoesOnAtTheNext(string broken, params string[] whole)
    {
        foreach (var (separator, start) in new[] { (",\n    ", "{\n  \"tasks\": [\n    "), (",", "{\"tasks\":["), (", ", "{\"tasks\": ["), (",", "{\n\"tasks\":[") })
        {
            var met = new List<QueueFormatException>();
            var text = $"{start}{One}{separator}{broken}{separator}{One.Replace("\"1\"", "\"3\"", StringComparison.Ordinal)}{separator}{One.Replace("\"1\"", "\"4\"", StringComparison.Ordinal)}]}}";
            var ids = await DrainAsync(new DripStream(Encoding.UTF8.GetBytes(text), 1, 50), new QueueReaderOptions { OnMalformed = met.Add });
            Assert.Equal(["1", .. whole, "3", "4"], ids);
            Assert.Single(met);
        }
    }

    [Theory]
    [InlineData("[{\"id\":\"1\"}{\"id\":\"2\"},{\"id\":\"3\"}]")]
    [InlineData("[\n  {\"id\":\"1\"}\n  {\"id\":\"2\"},\n  {\"id\":\"3\"}\n]")]
    [InlineData("[{\"id\":\"1\"},,{\"id\":\"2\"},{\"id\":\"3\"}]")]
    [InlineData("[,{\"id\":\"1\"},{\"id\":\"2\"}, {\"id\":\"3\"}]")]
    public async Task OnMalformed_CommaMissingOrTooMany_LosesNoTask(string text)
    {
        foreach (var portion in new[] { 1, 1000 })
        {
            var met = new List<QueueFormatException>();
            Assert.Equal(["1", "2", "3"], await DrainAsync(new DripStream(Encoding.UTF8.GetBytes(text), portion), new QueueReaderOptions { OnMalformed = met.Add }));
            Assert.Single(met);
        }
    }

    [Fact]
    public async Task OnMalformed_TasksAreArrays_GoesOnAtTheNext()
    {
        foreach (var text in new[] { "[\n  [1],\n  [2}],\n  [3]\n]", "[[1],[2}],[3]]" })
        {
            var met = new List<QueueFormatException>();
            Assert.Equal(2, await new QueueReader(new QueueReaderOptions { OnMalformed = met.Add }).CountAsync(QueueReaderTests.Memory(text)));
            Assert.Single(met);
        }
    }

    [Fact]
    public async Task OnMalformed_ManyFaults_ReadTheTextOnceMoreForTheirLines()
    {
        var text = "[\n" + string.Concat(Enumerable.Repeat("{\"n\":},\n", 2_000)) + "{}]";
        var met = new List<QueueFormatException>();
        using var stream = new CountingStream(Encoding.UTF8.GetBytes(text));
        Assert.Single(await DrainAsync(stream, new QueueReaderOptions { OnMalformed = met.Add }));
        Assert.Equal(Enumerable.Range(2, 2_000).Select(line => ((long)line, 6L)), met.Select(fault => (fault.Line, fault.Column)));
        Assert.InRange(stream.BytesRead, text.Length, 2 * text.Length);
    }

    [Fact]
    public async Task PoisonElements_FaultInAStream_KnowsItsLine()
    {
        var text = "[" + string.Concat(Enumerable.Repeat("{\n\"n\":1\n},", 2_000)) + "{\"n\":}]";
        var fault = await Assert.ThrowsAsync<QueueFormatException>(() => DrainAsync(new DripStream(Encoding.UTF8.GetBytes(text), 100), new QueueReaderOptions { BufferBytes = 4096, PoisonElements = true }));
        Assert.Equal(4_001, fault.Line);
    }

    [Fact]
    public async Task OnMalformed_TextEndsEarly_EndsThere()
    {
        var met = new List<QueueFormatException>();
        var statistics = new QueueReadStatistics();
        Assert.Equal(1, await new QueueReader(new QueueReaderOptions { OnMalformed = met.Add }).CountAsync(QueueReaderTests.Memory($"[{One},{{\"id\""), statistics: statistics));
        Assert.Equal((1, 1L), (met.Count, statistics.Faults));
    }

    [Fact]
    public async Task OnMalformed_ElementThatIsNoT_IsReportedAndSkipped()
    {
        var met = new List<QueueFormatException>();
        var reader = new QueueReader<QueueTask>(QueueTaskContext.Default.QueueTask, new QueueReaderOptions { OnMalformed = met.Add });
        var ids = new List<string?>();
        await foreach (var task in reader.ReadAsync(QueueReaderTests.Memory("[{\"id\":1},{\"id\":\"b\"},null]")))
            ids.Add(task.Id);
        Assert.Equal(["b"], ids);
        Assert.Equal(1, met.Single().ByteOffset);
    }

    [Theory]
    [InlineData("{\"id\":\"b\",\"n\":01}", 21)]
    [InlineData("{\"id\":\"b\",\"n\":{\"x\":nul}}", 28)]
    [InlineData("{\"id\":\"b\" \"n\":1}", 16)]
    [InlineData("{\"id\":\"b\",\"n\":\"\\q\"}", 22)]
    [InlineData("{\"id\":\"b\",\"n\":\"\u00e9\"}", 22)]
    public async Task ReadAsync_BrokenInAMemberThatTheTypeLacks_IsReportedAndNoMatch(string broken, long offset)
    {
        // The last one is cut inside a character: bad UTF-8.
        var text = Encoding.UTF8.GetBytes($"[null,{broken},{{\"id\":\"c\"}}]");
        text = [.. text.Where(b => b != 0xA9)];
        var met = new List<QueueFormatException>();
        var statistics = new QueueReadStatistics();
        var ids = new List<string?>();
        await foreach (var task in new QueueReader<QueueTask>(QueueTaskContext.Default.QueueTask, new QueueReaderOptions { OnMalformed = met.Add }).ReadAsync(QueueSource.FromMemory(text), statistics: statistics))
            ids.Add(task.Id);
        Assert.Equal(["c"], ids);
        Assert.Equal((offset, "valid JSON"), (met.Single().ByteOffset, met.Single().Expected));
        Assert.Equal((3L, 2L, 1L), (statistics.Elements, statistics.Matched, statistics.Faults));
    }

    [Theory]
    [InlineData("[{\"a\":1,\"b\":{\"c d\":[0,{\"e\":x}]}}]", "$.tasks[0].b['c d'].e")]
    [InlineData("[{},{\"a\":{\"b\":1},x}]", "$.tasks[1]")]
    [InlineData("[{},{\"a\":[{\"b\":\"\n\"}]}]", "$.tasks[1].a.b")]
    [InlineData("[{},{\"a\":{\"b\":\"x\"]}]", "$.tasks[1].a")]
    [InlineData("[{\"\\u0061\":tru}]", "$.tasks[0].a")]
    public async Task Fault_InsideATask_NamesTheWayToIt(string text, string path)
        => Assert.Equal(path, (await Assert.ThrowsAsync<QueueFormatException>(() => DrainAsync(QueueReaderTests.Memory(text), new QueueReaderOptions()))).JsonPath);

    [Fact]
    public async Task MaxDepthAndMaxElementBytes_Exceeded_AreFaults()
    {
        var deep = "[" + string.Concat(Enumerable.Repeat("[", 70)) + string.Concat(Enumerable.Repeat("]", 70)) + "]";
        Assert.Equal(64, (await Assert.ThrowsAsync<QueueFormatException>(() => DrainAsync(QueueReaderTests.Memory(deep), new QueueReaderOptions()))).ByteOffset);
        Assert.Single(await DrainAsync(QueueReaderTests.Memory(deep), new QueueReaderOptions { MaxDepth = 100 }));
        var large = $"[{{\"a\":\"{new string('x', 3_000_000)}\"}}]";
        Assert.Single(await DrainAsync(QueueReaderTests.Memory(large), new QueueReaderOptions { BufferBytes = 4096 }));
        var fault = await Assert.ThrowsAsync<QueueFormatException>(() => DrainAsync(QueueReaderTests.Memory(large), new QueueReaderOptions { BufferBytes = 4096, MaxElementBytes = 1_000_000 }));
        Assert.Contains("MaxElementBytes", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"id\":\"2\",\"text\":\"", "\"}")]
    [InlineData("\"", "\"")]
    public async Task MaxElementBytes_Exceeded_IsAFaultHoweverTheTextComes(string before, string after)
    {
        var text = $"[{One},{before}{new string('x', 2_000)}{after},{string.Join($",{new string(' ', 2_000)}", Enumerable.Repeat(One, 100))}]";
        foreach (var portion in new[] { 1, 100, 1_000_000 })
        {
            var met = new List<QueueFormatException>();
            var options = new QueueReaderOptions { MaxElementBytes = 1024, OnMalformed = met.Add };
            Assert.Equal(101, await new QueueReader(options).CountAsync(new DripStream(Encoding.UTF8.GetBytes(text), portion)));
            Assert.Equal(One.Length + 2, met.Single().ByteOffset);
        }
    }

    [Fact]
    public async Task Strict_WhatTheDefaultSkips_IsAFault()
    {
        foreach (var text in new[] { "[{\"a\":01}]", "[{\"a\":1,\"a\":2}]", "{\"x\":1,\"x\":2,\"tasks\":[]}", "\uFEFF[]", "{\"tasks\":[],\"y\":{\"z\":1,\"z\":1}}" })
        {
            Assert.Equal(0, await new QueueReader().CountAsync(QueueReaderTests.Memory(text), JsonFilter.Exists("none")));
            await Assert.ThrowsAsync<QueueFormatException>(() => new QueueReader(new QueueReaderOptions { Strict = true }).CountAsync(QueueReaderTests.Memory(text), JsonFilter.Exists("none")));
        }
    }

    [Fact]
    public async Task PackedFile_CutShortAnywhere_IsNeverAShortAnswer()
    {
        using var folder = new TempFolder();
        var packed = Packed(string.Concat(Enumerable.Range(0, 500).Select(i => $"{{\"id\":\"{i * 7919 % 1000}\"}}\n")));
        for (var length = 0; length < packed.Length; length += 13)
        {
            var path = folder.Write("tasks.jsonl.gz", packed[..length]);
            var fault = await Assert.ThrowsAsync<QueueFormatException>(() => DrainAsync(path, new QueueReaderOptions()));
            Assert.Contains("cut short", fault.Message, StringComparison.Ordinal);
        }

        Assert.Equal(1000, (await DrainAsync(folder.Write("tasks.jsonl.gz", [.. packed, .. packed]), new QueueReaderOptions())).Count);
    }

    [Fact]
    public async Task PackedFile_DamagedOrNotPacked_IsAFaultOfItsFormat()
    {
        using var folder = new TempFolder();
        var packed = Packed("{\"tasks\":[" + string.Join(',', Enumerable.Repeat(One, 100)) + "]}");
        packed[^6] ^= 1;
        foreach (var path in new[] { folder.Write("sum.json.gz", packed), folder.Write("plain.json.gz", Encoding.UTF8.GetBytes($"[{One}]")) })
        {
            var met = new List<QueueFormatException>();
            await DrainAsync(path, new QueueReaderOptions { OnMalformed = met.Add });
            Assert.Contains("damaged", met[0].Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<QueueFormatException>(() => DrainAsync(path, new QueueReaderOptions()));
            await Assert.ThrowsAsync<QueueFormatException>(() => QueueSurvey.ReadAsync(path));
        }
    }

    [Fact]
    public async Task ReadElementsAsync_FileReplacedMeanwhile_IsReadToItsEnd()
    {
        using var folder = new TempFolder();
        var path = folder.Write("task-queue.json", $"[{string.Join(",\n", Enumerable.Repeat(One, 50_000))}]");
        var count = 0;
        await foreach (var element in new QueueReader().ReadElementsAsync(path))
        {
            if (count++ == 0)
                File.Move(folder.Write("new", "[]"), path, overwrite: true);
        }

        Assert.Equal(50_000, count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ReadElementsAsync_FileRewrittenInPlace_IsReported(bool truncate)
    {
        using var folder = new TempFolder();
        var path = folder.Write("task-queue.json", $"[{string.Join(",\n", Enumerable.Repeat(One, 50_000))}]");
        File.SetLastWriteTimeUtc(path, new DateTime(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var fault = await Assert.ThrowsAsync<QueueFormatException>(async () =>
        {
            await foreach (var element in new QueueReader().ReadElementsAsync(path))
            {
                if (element.Index > 0)
                    continue;
                using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                if (truncate)
                    file.SetLength(1_000_000);
                else
                    file.WriteByte((byte)'[');
            }
        });
        Assert.Contains("changed in place", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnMalformed_PackedFileCutBetweenTwoLines_IsOneFaultAtItsEnd()
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder["tasks.jsonl.gz"], PackedAndCut("{\"id\":\"a\"}\n{\"id\":\"b\"}\n"u8));
        var met = new List<QueueFormatException>();
        Assert.Equal(["a", "b"], await DrainAsync(folder["tasks.jsonl.gz"], new QueueReaderOptions { OnMalformed = met.Add }));
        Assert.Equal((3, 1, 22), (Assert.Single(met).Line, met[0].Column, met[0].ByteOffset));
    }

    [Fact]
    public async Task OnMalformed_PackedFileCutInATask_IsOneFaultAtItsEnd()
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder["tasks.json.gz"], PackedAndCut("{\"tasks\":[\n{\"id\":\"a\"},\n{\"id\":"u8));
        var met = new List<QueueFormatException>();
        Assert.Equal(["a"], await DrainAsync(folder["tasks.json.gz"], new QueueReaderOptions { OnMalformed = met.Add }));
        Assert.Contains("cut short", Assert.Single(met).Message, StringComparison.Ordinal);
        Assert.Equal((3, 7), (met[0].Line, met[0].Column));
    }

    /// <summary>A gzip file that is cut short behind this text.</summary>
    private static byte[] PackedAndCut(ReadOnlySpan<byte> text)
    {
        using var packed = new MemoryStream();
        using var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true);
        gzip.Write(text);
        gzip.Flush();
        return packed.ToArray();
    }

    private static byte[] Packed(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    private static async Task<List<string?>> DrainAsync(QueueSource source, QueueReaderOptions options)
    {
        var ids = new List<string?>();
        await foreach (var element in new QueueReader(options).ReadElementsAsync(source))
            ids.Add(element.GetText("id"));
        return ids;
    }

    private sealed class CountingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public long BytesRead { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            var read = base.Read(buffer);
            BytesRead += read;
            return read;
        }
    }
}
