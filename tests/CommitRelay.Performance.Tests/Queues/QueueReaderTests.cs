using System.IO.Compression;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Queues;

public class QueueReaderTests
{
    private const string Queue = """
        {
          "version": "1",
          "tasks": [
            {
              "id": "t-1",
              "status": "queued",
              "priority": "low",
              "created_at": "2025-11-21T10:00:00Z",
              "context": { "status": "done", "tasks": [ 1, { "id": "x" } ] }
            },
            {
              "id": "t-2",
              "status": "done",
              "priority": "critical",
              "created_at": "2025-11-21T03:00:00-0600"
            },
            {
              "id": "t-3",
              "status": "queued",
              "priority": "critical",
              "created_at": "2025-11-21T02:00:00-0600"
            }
          ],
          "updated_at": "now"
        }

        """;

    private static readonly JsonFilter Queued = JsonFilter.EqualTo("status", "queued");

    [Fact]
    public async Task ReadAsync_Filter_YieldsMatchingTasksInOrder()
    {
        var reader = new QueueReader<QueueTask>(QueueTaskContext.Default.QueueTask);
        var ids = new List<string?>();
        await foreach (var task in reader.ReadAsync(Memory(Queue), Queued))
            ids.Add(task.Id);
        Assert.Equal(["t-1", "t-3"], ids);
    }

    [Fact]
    public async Task EverySource_SameText_SameCount()
    {
        using var folder = new TempFolder();
        var bytes = Encoding.UTF8.GetBytes(Queue);
        var path = folder.Write("task-queue.json", Queue);
        var packed = folder["task-queue.json.gz"];
        await using (var gzip = new GZipStream(File.Create(packed), CompressionLevel.Fastest))
            gzip.Write(bytes);
        var reader = new QueueReader();
        Assert.Equal(2, await reader.CountAsync(path, Queued));
        Assert.Equal(2, await reader.CountAsync(packed, Queued));
        Assert.Equal(2, await reader.CountAsync(new MemoryStream(bytes), Queued));
        Assert.Equal(2, await reader.CountAsync(QueueSource.FromPipe(PipeReader.Create(new MemoryStream(bytes))), Queued));
        Assert.Equal(2, await reader.CountAsync(QueueSource.FromMemory(bytes), Queued));
        Assert.Equal(2, await reader.CountAsync(new DripStream(bytes, 1), Queued));
    }

    [Theory]
    [InlineData("""[{"a":1},{"a":2}]""", "q.json", 2)]
    [InlineData("{\"a\":1}\n{\"a\":2}\n", "q.jsonl", 2)]
    [InlineData("{\"a\":1}\n\n{\"a\":2}{}", "q.ndjson", 3)]
    [InlineData("", "q.jsonl", 0)]
    [InlineData("""{"tasks":[]}""", "q.json", 0)]
    [InlineData("""{"x":{"tasks":[{},{}]},"tasks":[{}]}""", "q.json", 1)]
    [InlineData("\uFEFF{\"tasks\":[{}]}", "q.json", 1)]
    [InlineData("""{"tasks":[1,"two",null,true,[3],{},-4.5e1]}""", "q.json", 7)]
    [InlineData("""{"t\u0061sks":[{}]}""", "q.json", 1)]
    [InlineData("""{"\ud800":0,"tas\udc00":0,"tasks":[{"\ud800":1}],"\ud83d!":2}""", "q.json", 1)]
    public async Task CountAsync_Shapes_AreToldByNameAndRoot(string text, string name, long expected)
    {
        using var folder = new TempFolder();
        Assert.Equal(expected, await new QueueReader().CountAsync(folder.Write(name, text)));
    }

    [Fact]
    public async Task CountAsync_ChosenPath_ReachesANestedQueue()
    {
        const string Nested = """{"id":"outer","tasks":[{"x":1,"tasks":[{},{},{}]}],"more":[[0],[1,2]]}""";
        Assert.Equal(1, await new QueueReader().CountAsync(Memory(Nested)));
        Assert.Equal(3, await new QueueReader(new QueueReaderOptions { Tasks = "tasks[0].tasks" }).CountAsync(Memory(Nested)));
        Assert.Equal(2, await new QueueReader(new QueueReaderOptions { Tasks = "more[1]" }).CountAsync(Memory(Nested)));
        await Assert.ThrowsAsync<QueueFormatException>(() => new QueueReader(new QueueReaderOptions { Tasks = "tasks[1].tasks" }).CountAsync(Memory(Nested)));
    }

    [Fact]
    public async Task CountByAsync_Member_CountsTextsAndTheRest()
    {
        var counts = await new QueueReader().CountByAsync(Memory("""{"tasks":[{"s":"a"},{"s":"\u0061"},{"s":"b"},{"s":null},{"s":1},{},7]}"""), "s");
        Assert.Equal(new Dictionary<string, long> { ["a"] = 2, ["b"] = 1 }, counts.ByText);
        Assert.Equal((2, 1, 1, 7), (counts.Absent, counts.Null, counts.NotText, counts.Total));
    }

    [Fact]
    public async Task TopAsync_PriorityThenAge_OldestOfTheMostUrgentFirst()
    {
        var reader = new QueueReader<QueueTask>(QueueTaskContext.Default.QueueTask);
        Assert.Equal(["t-3", "t-2"], (await reader.TopAsync(Memory(Queue), 2)).Select(task => task.Id));
        Assert.Equal(["t-3", "t-1"], (await reader.TopAsync(Memory(Queue), 9, Queued)).Select(task => task.Id));
    }

    [Fact]
    public async Task WaitsAsync_MixedDialects_AreWholeSeconds()
    {
        const string Text = """
            [{"id":"a","c":"2025-11-21T12:00:00Z","s":"2025-11-21T06:00:30.9-0600"},
             {"id":"b","c":"2025-11-21T12:00:00Z","s":"2025-11-21T11:59:00Z"},
             {"task_id":"c","c":"2025-11-21T12:00:00Z","s":"2025-11-21T12:00:30Z"},
             {"id":"d","c":"2025-11-21T12:00:00Z","s":"soon"},
             {"id":"e","c":"2025-11-21T12:00:00Z","s":null},
             {"id":"f","c":"2025-11-21T12:00:00Z"}]
            """;
        var waits = await new QueueReader().WaitsAsync(Memory(Text), "c", "s", longest: 2);
        Assert.Equal((3, 1, 1, -60, 30, 0, 0.0), (waits.Count, waits.Unreadable, waits.Negative, waits.Min, waits.Max, waits.Sum, waits.Mean));
        Assert.Equal([new QueueWait("c", 2, 30), new QueueWait("a", 0, 30)], waits.Longest);
    }

    [Fact]
    public async Task ReadElementsAsync_KeptWithoutCopy_IsPoisoned()
    {
        var reader = new QueueReader(new QueueReaderOptions { PoisonElements = true });
        var kept = new List<QueueElement>();
        var copies = new List<byte[]>();
        await foreach (var element in reader.ReadElementsAsync(Memory(Queue)))
        {
            kept.Add(element);
            copies.Add(element.ToArray());
            Assert.Equal($"t-{element.Index + 1}", element.GetText("id"));
            Assert.Equal((byte)'{', Encoding.UTF8.GetBytes(Queue)[element.Offset]);
        }

        Assert.Equal(3, kept.Count);
        Assert.All(kept, element => Assert.Throws<JsonException>(() => element.Deserialize(QueueTaskContext.Default.QueueTask)));
        Assert.All(copies, copy => Assert.NotNull(JsonSerializer.Deserialize(copy, QueueTaskContext.Default.QueueTask)));
    }

    [Fact]
    public async Task VisitAsync_ElementKeptFromTheVisitBefore_IsPoisoned()
    {
        var visitor = await new QueueReader(new QueueReaderOptions { PoisonElements = true }).VisitAsync(Memory(Queue), new Keeper());
        Assert.Equal((3, 0), (visitor.Calls, visitor.StillReadable));
        visitor = await new QueueReader().VisitAsync(Memory(Queue), new Keeper());
        Assert.NotEqual(0, visitor.StillReadable);
    }

    [Fact]
    public async Task VisitAsync_StopsWhenTold()
    {
        var statistics = new QueueReadStatistics();
        var visitor = await new QueueReader().VisitAsync(Memory(Queue), new FirstOnly(), Queued, statistics);
        Assert.Equal((1, "t-1"), (visitor.Calls, visitor.Id));
        visitor = await new QueueReader().VisitAsync(Memory(Queue), new FirstOnly { GoesOn = true }, Queued, statistics = new QueueReadStatistics());
        Assert.Equal((2, 3, 2), (visitor.Calls, statistics.Elements, statistics.Matched));
    }

    [Fact]
    public async Task CountAsync_Cancelled_Throws()
        => await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new QueueReader().CountAsync(Memory(Queue), cancellationToken: new CancellationToken(true)));

    [Fact]
    public void Constructor_OptionOutOfRange_NamesIt()
    {
        Assert.Contains("MaxDepth must be from 1 to 10000, but is 0", Assert.Throws<ArgumentOutOfRangeException>(() => new QueueReader(new QueueReaderOptions { MaxDepth = 0 })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new QueueReader(new QueueReaderOptions { Tasks = "a[?@.n=='x']" }));
    }

    internal static QueueSource Memory(string text) => QueueSource.FromMemory(Encoding.UTF8.GetBytes(text));

    /// <summary>Keeps each element without a copy, and looks at it in the next call.</summary>
    private struct Keeper : IQueueVisitor
    {
        public int Calls;
        public int StillReadable;
        private QueueElement _before;

        public bool Visit(in QueueElement element)
        {
            if (Calls++ > 0 && _before.Bytes[0] == '{')
                StillReadable++;
            _before = element;
            return true;
        }
    }

    private struct FirstOnly : IQueueVisitor
    {
        public int Calls;
        public string? Id;
        public bool GoesOn;

        public bool Visit(in QueueElement element)
        {
            Calls++;
            Id = element.GetText("id");
            return GoesOn;
        }
    }
}

public sealed record QueueTask
{
    [JsonPropertyName("id")]
    public string? Id { get; init; }

    [JsonPropertyName("status")]
    public string? Status { get; init; }
}

[JsonSerializable(typeof(QueueTask))]
internal sealed partial class QueueTaskContext : JsonSerializerContext;
