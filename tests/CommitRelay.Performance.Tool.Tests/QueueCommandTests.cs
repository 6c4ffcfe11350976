using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using CommitRelay.Performance.TestHelpers;
using Microsoft.Extensions.Time.Testing;

namespace CommitRelay.Performance.Tool.Tests;

public sealed class QueueCommandTests : IDisposable
{
    private const string Queue = """
        {
          "version": "1.0",
          "tasks": [
            { "id": "a", "status": "pending", "priority": "low", "retry": 1.00, "title": "say \"hi\"\n" },
            { "id": "b", "status": "completed", "priority": "critical", "completed_at": "2025-11-01T00:00:00Z" },
            { "id": "c", "status": "pending", "priority": "critical", "retry": 2 }
          ]
        }

        """;

    private readonly TempFolder _home = new();

    public QueueCommandTests()
    {
        Directory.CreateDirectory(_home["coordination"]);
        File.WriteAllText(QueueFile, Queue);
    }

    private string QueueFile => _home["coordination", "task-queue.json"];

    [Theory]
    [InlineData("""{"tasks":[{"id":"a"},{"id":tru}]}""", 30, "$.tasks[1].id")]
    [InlineData("""{"tasks":[{"id":"a"}""", 20, "$.tasks[1]")]
    [InlineData("""{"tasks":[] x""", 12, "$")]
    [InlineData("", 0, "$")]
    [InlineData("[1,2", 4, "$")]
    public async Task Stats_OfBrokenText_SaysWhereAndFails(string text, long offset, string path)
    {
        var run = await ToolRun.OfAsync(text, TimeProvider.System, "queue", "stats", "-", "--json");
        Assert.Equal(3, run.ExitCode);
        var error = run.Json.GetProperty("error");
        Assert.Equal(offset, error.GetProperty("byte_offset").GetInt64());
        Assert.Equal(path, error.GetProperty("path").GetString());
        Assert.Equal(1, error.GetProperty("line").GetInt64());
    }

    [Fact]
    public async Task Stats_OfTheHome_CountsWhatStands()
    {
        var answer = (await OfHomeAsync("queue", "stats", "--json")).Fine().Json;
        Assert.Equal(3, answer.GetProperty("tasks").GetInt64());
        Assert.Equal("""{"pending":2,"completed":1}""", answer.GetProperty("by_status").GetRawText());
        Assert.Equal("""{"(absent)":3}""", answer.GetProperty("by_type").GetRawText());
    }

    [Fact]
    public async Task Read_WithConditions_PrintsTheTasksAsTheyAreSpelt()
    {
        var run = (await OfHomeAsync("queue", "read", "--status", "pending", "--where", "retry=1")).Fine();
        Assert.Equal("""{ "id": "a", "status": "pending", "priority": "low", "retry": 1.00, "title": "say \"hi\"\n" }""", Assert.Single(run.Lines));
        Assert.Equal(["c"], await IdsAsync("--where", "status=pending", "--where", "priority=critical"));
        Assert.Equal(["b", "c"], await IdsAsync("--order", "priority", "--top", "2"));
        Assert.Equal(["a"], await IdsAsync("--top", "1"));
    }

    [Fact]
    public async Task Set_ChangesTheNamedMembersAndNoOtherByte()
    {
        await OfHomeAsync("queue", "set", "a", "status=done", "retry=3");
        Assert.Equal(Queue.Replace("\"pending\", \"priority\": \"low\", \"retry\": 1.00", "\"done\", \"priority\": \"low\", \"retry\": 3", StringComparison.Ordinal), File.ReadAllText(QueueFile));
    }

    [Theory]
    [InlineData("queue", "set", "a", "status=done", "--dry-run")]
    [InlineData("queue", "prioritize", "--dry-run")]
    [InlineData("queue", "archive", "--older-than", "1d", "--dry-run")]
    [InlineData("queue", "add", "--description", "x", "--dry-run")]
    public async Task Change_AsADryRun_LeavesTheHomeAsItWas(params string[] args)
    {
        (await OfHomeAsync(args)).Fine();
        Assert.Equal(Queue, File.ReadAllText(QueueFile));
        Assert.Equal(["task-queue.json"], Directory.GetFiles(_home["coordination"]).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Undo_TakesTheLastChangeBackUnlessSomebodyWroteSince()
    {
        Assert.Equal(1, (await OfHomeAsync("undo")).ExitCode);
        (await OfHomeAsync("queue", "set", "a", "status=done")).Fine();
        (await OfHomeAsync("undo", "--dry-run")).Fine();
        Assert.NotEqual(Queue, File.ReadAllText(QueueFile));
        (await OfHomeAsync("undo")).Fine();
        Assert.Equal(Queue, File.ReadAllText(QueueFile));

        (await OfHomeAsync("config", "set", QueueFile, "version", "2.0")).Fine();
        File.AppendAllText(QueueFile, "\n");
        var refused = await OfHomeAsync("undo");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("wrote the file since", refused.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_AppendsATaskThatTheQueueThenHolds()
    {
        var added = (await OfHomeAsync("queue", "add", "--description", "Rotate the logs\nsoon", "--priority", "high")).Fine().Json;
        Assert.Equal("Rotate the logs", added.GetProperty("title").GetString());
        Assert.Equal([added.GetProperty("id").GetString()!], await IdsAsync("--priority", "high"));
    }

    [Fact]
    public async Task Archive_MovesOldFinishedTasksIntoALine()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2025, 12, 1, 0, 0, 0, TimeSpan.Zero));
        var answer = (await ToolRun.OfAsync("", time, "queue", "archive", "--older-than", "7d", "--json", "--home", _home.Path)).Fine().Json;
        Assert.Equal(1, answer.GetProperty("tasks").GetInt64());
        Assert.Equal(["a", "c"], await IdsAsync());
        Assert.Equal("b", JsonDocument.Parse(Assert.Single(File.ReadAllLines(answer.GetProperty("archive").GetString()!))).RootElement.GetProperty("id").GetString());
    }

    [Fact]
    public async Task Split_WritesFilesThatTogetherHoldAllTasks()
    {
        var answer = (await OfHomeAsync("queue", "split", QueueFile, "--max-size", "200", "--folder", _home.Path, "--json")).Fine().Json;
        var files = answer.GetProperty("files").EnumerateArray().ToList();
        Assert.True(files.Count > 1);
        Assert.Equal(3, files.Sum(static file => file.GetProperty("tasks").GetInt64()));
        Assert.All(files, static file => Assert.True(File.Exists(file.GetProperty("file").GetString())));
    }

    [Fact]
    public async Task Watch_PrintsALineALook()
    {
        var run = (await OfHomeAsync("queue", "watch", "--samples", "1", "--json")).Fine();
        Assert.Equal(2, run.Json.GetProperty("queued").GetInt64());
        Assert.Equal(1, run.Json.GetProperty("finished").GetInt64());
    }

    [Theory]
    [InlineData("queue", "stats", "--bogus")]
    [InlineData("queue", "read", "--where", "novalue")]
    [InlineData("queue", "waits", "--to", "a[")]
    [InlineData("queue", "archive", "--older-than", "soon")]
    [InlineData("queue", "sort")]
    [InlineData("queue", "add")]
    public async Task CommandLine_ThatIsNotUnderstood_IsUsage(params string[] args)
    {
        var run = await OfHomeAsync(args);
        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Out);
        Assert.NotEmpty(run.Error);
    }

    [Fact]
    public async Task Read_OfAPipe_ShowsATaskBeforeTheNextHasCome()
    {
        var (input, output) = (new Pipe(), new Pipe());
        var answer = PipeReader.Create(output.Reader.AsStream());
        using var error = new StringWriter();

        // Text is looked at in blocks: a task is known a few blocks later.
        await input.Writer.WriteAsync(Encoding.UTF8.GetBytes("""{"tasks":[{"id":"a"},""" + new string(' ', 512)));
        var run = Task.Run(() => RelayPerf.RunAsync(["queue", "read", "-"], new ToolHost { OpenInput = () => input.Reader.AsStream(), Out = new BufferedStream(output.Writer.AsStream(), 64 * 1024), Error = error }));

        // Were it kept back, this would wait for ever.
        var shown = await answer.ReadAtLeastAsync(11);
        Assert.Equal("{\"id\":\"a\"}\n", Encoding.UTF8.GetString(shown.Buffer));
        answer.AdvanceTo(shown.Buffer.End);
        await input.Writer.WriteAsync("""{"id":"b"}]}"""u8.ToArray());
        await input.Writer.CompleteAsync();
        Assert.Equal(0, await run);
        await output.Writer.CompleteAsync();
        Assert.Equal("{\"id\":\"b\"}\n", Encoding.UTF8.GetString((await answer.ReadAtLeastAsync(12)).Buffer));
    }

    [Theory]
    [InlineData("read", "--top", "1")]
    [InlineData("read", "--top", "0")]
    public async Task Read_OfAPipeThatNeverEnds_EndsWithTheTasksThatAreWanted(params string[] args)
    {
        var input = new Pipe();
        using var error = new StringWriter();

        // Text is looked at in blocks: a task is known a few blocks later.
        await input.Writer.WriteAsync(Encoding.UTF8.GetBytes("""{"tasks":[{"id":"a"},""" + new string(' ', 512)));
        Assert.Equal(0, await RelayPerf.RunAsync(["queue", .. args, "-"], new ToolHost { OpenInput = () => input.Reader.AsStream(), Out = new MemoryStream(), Error = error }));
    }

    [Fact]
    public async Task FileThatIsMissing_Fails()
    {
        var run = await ToolRun.OfAsync("queue", "stats", _home["nowhere.json"], "--json");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("nowhere.json", run.Json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    public void Dispose() => _home.Dispose();

    private Task<ToolRun> OfHomeAsync(params string[] args) => ToolRun.OfAsync([.. args, "--home", _home.Path]);

    private async Task<IEnumerable<string>> IdsAsync(params string[] args)
        => (await OfHomeAsync(["queue", "read", .. args])).Fine().Lines.Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()!);
}
