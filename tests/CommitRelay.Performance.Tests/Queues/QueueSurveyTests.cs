using System.Text;
using System.Text.Json;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.TestHelpers;
using CsCheck;

namespace CommitRelay.Performance.Tests.Queues;

public sealed class QueueSurveyTests : IDisposable
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly TempFolder _folder = new();
    private int _files;

    private static readonly Gen<string> Value = OneOf("\"pending\"", "\"p\\u0065nding\"", "\"é\"", "null", "7", "{}", "[]", "\"a\\\"b\"", "true", "\"\"");
    private static readonly Gen<string> Name = OneOf("id", "task_id", "status", "priority", "type", "st\\u0061tus", "i\\u0064", "other", "tasks");

    private static readonly Gen<string> Task = Gen.Select(Name, Value, static (name, value) => $"\"{name}\" : {value}").Array[0, 6]
        .Select(static members => "{" + string.Join(", ", members) + "}");

    private static readonly Gen<string> Element = Gen.OneOf<string>(Task, Task.Array[0, 3].Select(static inner => $$"""{"id":"outer","tasks":[{{string.Join(",\n", inner)}}]}"""), Value, Gen.Int[0, 200].Select(static depth => new string('[', depth) + new string(']', depth)).Where(static text => text.Length > 0));

    private static readonly Gen<string> Queue = Gen.Select(Element.Array[0, 8], OneOf("", "\"version\":1.0,", "\"tasks\":[{\"id\":\"old\"}],", "\"tasks\":5,"), OneOf("", ",\"stats\":{\"tasks\":[1]}", ",\"tasks\":null"), OneOf("tasks", "t\\u0061sks", "queue"),
        static (tasks, before, behind, name) => $"{{ {before} \"{name}\" : [ {string.Join(" ,\n", tasks)} ] {behind} }}\n");

    [Fact]
    public void ReadAsync_OfAnyQueue_CountsAsAFullParse() => Gen.Select(Queue, Gen.Int[1, 40]).Sample((text, piece) =>
    {
        var survey = Read(Encoding.UTF8.GetBytes(text), piece);
        using var parsed = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 1000 });
        var tasks = parsed.RootElement.TryGetProperty("tasks", out var array) && array.ValueKind == JsonValueKind.Array ? array.EnumerateArray().ToList() : null;
        Assert.Equal(tasks is not null, survey.HasTasksArray);
        Assert.Equal(Encoding.UTF8.GetByteCount(text), survey.Bytes);
        AssertFigures(tasks ?? [], survey.Figures);
        var nested = (tasks ?? []).Index().Where(static task => task.Item.ValueKind == JsonValueKind.Object && task.Item.TryGetProperty("tasks", out var inner) && inner.ValueKind == JsonValueKind.Array).ToList();
        Assert.Equal(nested.Select(static task => (long)task.Index), survey.Nested.Select(static queue => queue.Index));
        foreach (var (task, queue) in nested.Zip(survey.Nested))
            AssertFigures([.. task.Item.GetProperty("tasks").EnumerateArray()], queue.Figures);
    });

    [Fact]
    public void ReadAsync_OfDamagedText_SaysTheFirstByteThatCannotStand() => Gen.Select(Queue, Gen.Int[0, 400], OneOf("", "}", "]", ",", "\"", "\n", "x", "0", "\\", "\u0001", "-", "tru"), Gen.Int[0, 3], Gen.Int[1, 40]).Sample((text, at, put, cut, piece) =>
    {
        var whole = Encoding.UTF8.GetBytes(text);
        at = Math.Min(at, whole.Length);
        byte[] damaged = [.. whole[..at], .. Encoding.UTF8.GetBytes(put), .. whole[Math.Min(whole.Length, at + cut)..]];
        var expected = JsonValidator.FirstError(damaged);
        var fault = Record(() => Read(damaged, piece));
        Assert.Equal(expected, fault?.ByteOffset ?? -1);
        if (fault is not null)
            Assert.Equal(damaged.AsSpan(0, expected).Count((byte)'\n') + 1, fault.Line);
    });

    [Theory]
    [InlineData("{\"tasks\":[tru]}")]
    [InlineData("{\"tasks\":[1,-]}")]
    [InlineData("{\"tasks\":[{},nul,{}]}")]
    public void ReadAsync_OfABrokenTaskThatIsNoObject_SaysWhere(string text)
        => Assert.Equal(JsonValidator.FirstError(Encoding.UTF8.GetBytes(text)), Record(() => Read(Encoding.UTF8.GetBytes(text), 100))?.ByteOffset);

    [Theory]
    [MemberData(nameof(QueuePartsTests.Adversarial), MemberType = typeof(QueuePartsTests))]
    [InlineData("""{"tasks":[{"id":1},{"id":2}],"tasks":[{"id":3},{"id":4},{"id":5},{"id":6}]}""")]
    [InlineData("""{"tasks":[{"id":"a"},{"id":"b"},{"id":"a","tasks":[{"id":"a"}]},{"id":"a"},{"id":"b"},{"id":"c","tasks":[]}]}""")]
    public async Task ReadAsync_OnSeveralCores_EverySeam_AnswersAsOne(string text)
    {
        for (var partBytes = 1; partBytes <= text.Length / 2; partBytes++)
            await AssertCoresAgreeAsync(Encoding.UTF8.GetBytes(text), partBytes);
    }

    [Fact]
    public void ReadAsync_OnSeveralCores_OfAnyQueue_AnswersAsOne()
        => Gen.Select(Queue, Gen.Int[1, 120]).Sample((text, partBytes) => AssertCoresAgreeAsync(Encoding.UTF8.GetBytes(text), partBytes).GetAwaiter().GetResult(), iter: 300 * (1 + Repository.Soak));

    [Fact]
    public void ReadAsync_OnSeveralCores_OfDamagedText_TellsAsOne()
        => Gen.Select(Queue, Gen.Int[0, 400], OneOf("", "}", "]", ",", "\"", "x", "[{", "\\"), Gen.Int[1, 120]).Sample((text, at, put, partBytes)
            => AssertCoresAgreeAsync(Encoding.UTF8.GetBytes(text.Insert(Math.Min(at, text.Length), put)), partBytes).GetAwaiter().GetResult(), iter: 300 * (1 + Repository.Soak));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ReadAsync_OnSeveralCores_OfAnOrdinaryFile_TakesEveryPartAsGuessed(bool indented)
    {
        var tasks = Enumerable.Range(0, 200).Select(static n => new { id = $"task-{n}", status = n % 3 == 0 ? "queued" : "done", text = new string('x', 300), context = new[] { new { status = "queued" } } });
        var path = _folder.Write("queue.json", JsonSerializer.Serialize(new { tasks, total = 200 }, indented ? Indented : JsonSerializerOptions.Default));
        using var input = QueueInput.OfFile(path);
        using var surveyor = new QueueSurveyor(input, new QueueReaderOptions { MaxCores = 2, PartBytes = 8192 });
        await using var parts = new PartedScan<QueueSurveyor, bool>(surveyor, static (part, token) => part.Read(token), CancellationToken.None);
        var (inOrder, taken) = (0, 0);
        do
        {
            inOrder++;
            surveyor.Read(CancellationToken.None);
            while (await parts.MoveNextAsync())
                taken++;
        }
        while (parts.ScanGoesOn);

        // The first and the last part are read in order.
        Assert.Equal((2, (int)((new FileInfo(path).Length - 1) / 8192) - 1), (inOrder, taken));
        Assert.Equal(200, surveyor.ToSurvey().Figures.Tasks);
    }

    [Fact]
    public async Task ReadAsync_OfAFileWithALargeTask_GrowsItsBuffer()
    {
        var text = $$"""{"tasks":[{"id":"a","text":"{{new string('x', 3_000_000)}}","status":"pending"},{"id":"a"}]}""";
        var survey = await QueueSurvey.ReadAsync(QueueSource.FromMemory(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(2, survey.Figures.Tasks);
        Assert.Equal(["a"], survey.Figures.RepeatedIds);
        Assert.Equal(1, survey.Figures.ByStatus.ByText["pending"]);
    }

    [Theory]
    [InlineData("[{\"id\":1}]")]
    [InlineData("7")]
    [InlineData("\"tasks\"")]
    public async Task ReadAsync_OfARootThatIsNoObject_FindsNoTasks(string text)
    {
        var survey = await QueueSurvey.ReadAsync(QueueSource.FromMemory(Encoding.UTF8.GetBytes(text)));
        Assert.False(survey.HasTasksArray);
        Assert.Equal(0, survey.Figures.Tasks);
    }

    public void Dispose() => _folder.Dispose();

    private async Task AssertCoresAgreeAsync(byte[] text, int partBytes)
    {
        var path = _folder[$"{Interlocked.Increment(ref _files)}.json"];
        await File.WriteAllBytesAsync(path, text);
        var options = new QueueReaderOptions { BufferBytes = 4096, PartBytes = partBytes };
        Assert.Equal(await AnswerAsync(path, options), await AnswerAsync(path, options with { MaxCores = 3 }));
        File.Delete(path);
    }

    /// <summary>All that a caller sees.</summary>
    private static async Task<string> AnswerAsync(string path, QueueReaderOptions options)
    {
        try
        {
            return JsonSerializer.Serialize(await QueueSurvey.ReadAsync(path, options, CancellationToken.None));
        }
        catch (QueueFormatException fault)
        {
            return $"{fault.Message} {fault.JsonPath}";
        }
    }

    private static void AssertFigures(List<JsonElement> tasks, QueueFigures figures)
    {
        Assert.Equal(tasks.Count, figures.Tasks);
        AssertCounts(tasks, "status", figures.ByStatus);
        AssertCounts(tasks, "priority", figures.ByPriority);
        AssertCounts(tasks, "type", figures.ByType);
        var ids = tasks.Select(static task => Text(task, "id") ?? Text(task, "task_id")).OfType<string>();
        Assert.Equal(ids.GroupBy(static id => id).Where(static same => same.Count() > 1).Select(static same => same.Key).Order(StringComparer.Ordinal), figures.RepeatedIds);
    }

    private static void AssertCounts(List<JsonElement> tasks, string member, QueueCounts counts)
    {
        var values = tasks.Select(task => task.ValueKind == JsonValueKind.Object && task.TryGetProperty(member, out var value) ? value : (JsonElement?)null).ToList();
        Assert.Equal(values.Count(static value => value is null), counts.Absent);
        Assert.Equal(values.Count(static value => value?.ValueKind == JsonValueKind.Null), counts.Null);
        Assert.Equal(values.Where(static value => value?.ValueKind == JsonValueKind.String).GroupBy(static value => value!.Value.GetString()!).ToDictionary(static same => same.Key, static same => (long)same.Count()), counts.ByText);
        Assert.Equal(tasks.Count, counts.Total);
    }

    private static string? Text(JsonElement task, string member)
        => task.ValueKind == JsonValueKind.Object && task.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static QueueSurvey Read(byte[] text, int piece)
        => QueueSurvey.ReadAsync(QueueSource.FromStream(new PieceStream(text, piece))).GetAwaiter().GetResult();

    private static QueueFormatException? Record(Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (QueueFormatException fault)
        {
            return fault;
        }
    }

    /// <summary>Gives a few bytes a read, and cannot be read again.</summary>
    private sealed class PieceStream(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(place => texts[place]);
}
