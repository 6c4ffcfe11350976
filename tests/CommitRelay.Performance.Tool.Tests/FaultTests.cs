using System.Globalization;
using System.Text;
using System.Text.Json;
using CommitRelay.Performance.TestHelpers;
using CommitRelay.Performance.Tool.Commands;
using Microsoft.Extensions.Time.Testing;

namespace CommitRelay.Performance.Tool.Tests;

/// <summary>What is missing, broken, closed or strange: each has its exit code, and none a stack trace.</summary>
public sealed class FaultTests : IDisposable
{
    private readonly TempFolder _home = new();

    public FaultTests() => Directory.CreateDirectory(_home["coordination"]);

    private string Queue => _home["coordination", "task-queue.json"];

    public static TheoryData<string> OfAHome => [.. CommandTree.Leaves().Select(static leaf => leaf.Path).Where(static path => path is not ("processes" or "lock" or "config get" or "config set" or "queue split" or "events append" or "events trim" or "events roll" or "clean cache"))];

    [Theory, MemberData(nameof(OfAHome))]
    public async Task Home_ThatIsMissing_IsAFailureOfEveryCommandThatLooksThere(string command)
    {
        string[] needed = command switch
        {
            "queue set" => ["a", "b=c"],
            "queue add" => ["--description", "x"],
            "queue watch" or "watch" => ["--samples", "1"],
            "queue archive" or "workers archive" or "clean logs" or "clean history" or "clean events" => ["--older-than", "1d"],
            "events emit" => ["--type", "t", "--message", "m"],
            "clean snapshots" => ["--keep", "1"],
            "monitor" => ["--once"],
            "report" => ["--html", _home["report.html"]],
            "task" => ["x"],
            "resources" => ["--interval", "1ms"],
            _ => [],
        };
        var run = await ToolRun.OfAsync([.. command.Split(' '), .. needed, "--home", _home["nowhere"]]);
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("nowhere", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
        Assert.False(Directory.Exists(_home["nowhere"]));
    }

    [Fact]
    public async Task Undo_WhereNothingWasEverChanged_IsAFindingNoFailure()
    {
        Directory.Delete(_home["coordination"]);
        Assert.Equal(1, (await OfHomeAsync("undo")).ExitCode);
    }

    [Theory]
    [InlineData("stats")]
    [InlineData("prioritize")]
    [InlineData("read")]
    public async Task File_ThatIsMissing_IsNamedInTheError(string command)
    {
        var run = await OfHomeAsync("queue", command, "--json");
        Assert.Equal(3, run.ExitCode);
        Assert.Equal(Queue, run.Json.GetProperty("error").GetProperty("file").GetString());
    }

    [Theory]
    [InlineData("""{"id":"one","status":"pending"}""")]
    [InlineData("""{"tasks":{}}""")]
    [InlineData("""[{"id":"one","status":"pending"}]""")]
    public async Task Queue_WithoutAnArrayOfTasks_IsAFindingOfWaitsAndRead(string text)
    {
        File.WriteAllText(Queue, text);
        var waits = await OfHomeAsync("queue", "waits", "--json");
        Assert.Equal(1, waits.ExitCode);
        Assert.False(waits.Json.GetProperty("has_tasks_array").GetBoolean());
        Assert.Equal(0, waits.Json.GetProperty("count").GetInt64());
        var read = await OfHomeAsync("queue", "read");
        Assert.Equal(1, read.ExitCode);
        Assert.Empty(read.Out);
        Assert.Contains(Queue, read.Error, StringComparison.Ordinal);
        Assert.False((await OfHomeAsync("queue", "stats", "--json")).Fine().Json.GetProperty("has_tasks_array").GetBoolean());
    }

    [Theory]
    [InlineData("""{"id":"one","status":"pending"}""", 1)]
    [InlineData("""[{"id":"one","status":"pending"}]""", 1)]
    [InlineData("""{"tasks":[{"id":"one"}]}""", 0)]
    [InlineData("""{"tasks":[{"id":"one"}""", 3)]
    [InlineData("""[{"id":"one"}""", 3)]
    [InlineData("""{"tasks":{"id":1} ,"x":[1,2}""", 3)]
    [InlineData("""{"tasks":[{"id":"one"}],"tasks":7}""", 1)]
    [InlineData("""{"tasks":7,"x":"\u00e4"}""", 1)]
    [InlineData("", 3)]
    public async Task Queue_OnStandardInput_HasTheExitCodeOfAFile(string text, int exitCode)
    {
        File.WriteAllText(Queue, text);
        foreach (var command in (string[])["read", "waits"])
        {
            var piped = await ToolRun.OfAsync(text, TimeProvider.System, "queue", command, "-");
            var read = await ToolRun.OfAsync("queue", command, Queue);
            Assert.Equal(exitCode, piped.ExitCode);
            Assert.Equal(read, piped with { Error = piped.Error.Replace("standard input", Queue, StringComparison.Ordinal) });
        }
    }

    [Fact]
    public async Task Task_WhoseQueueIsBroken_IsToldByTheOthers_AndTheQueueIsAFinding()
    {
        File.WriteAllText(Queue, """{"tasks":[{"id":"a"}""");
        File.WriteAllText(_home["coordination", "dashboard-events.jsonl"], """{"type":"task_completed","task_id":"a"}""" + "\n");
        var run = await OfHomeAsync("task", "a", "--json");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("task_completed", Assert.Single(run.Json.GetProperty("story").EnumerateArray()).GetProperty("what").GetString());
        Assert.Contains(Queue, Assert.Single(run.Json.GetProperty("faults").EnumerateArray()).GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Queue_ThatIsCut_IsAFailureOfWaitsWithThePlace()
    {
        File.WriteAllText(Queue, """{"tasks":[{"id":"a"}""");
        var run = await OfHomeAsync("queue", "waits", "--json");
        Assert.Equal(3, run.ExitCode);
        Assert.Equal(20, run.Json.GetProperty("error").GetProperty("byte_offset").GetInt64());
    }

    [Theory]
    [InlineData("queue", "add", "--description", "x")]
    [InlineData("queue", "set", "a", "b=c")]
    [InlineData("queue", "prioritize")]
    [InlineData("queue", "archive", "--older-than", "1d")]
    public async Task DryRun_OfABrokenFile_NamesTheFileAndNotItsCopy(params string[] args)
    {
        File.WriteAllText(Queue, """{"tasks":[{"id":"a"}""");
        var run = await OfHomeAsync([.. args, "--dry-run", "--json"]);
        Assert.Equal(3, run.ExitCode);
        Assert.Equal(Queue, run.Json.GetProperty("error").GetProperty("file").GetString());
    }

    [Theory]
    [InlineData("queue", "watch", "--interval", "0s")]
    [InlineData("queue", "archive", "--older-than", "999999999d")]
    [InlineData("report", "--html", "x", "--since", "99999999999w")]
    [InlineData("task", "--index", "-1")]
    [InlineData("task")]
    [InlineData("task", "a", "--index", "1")]
    [InlineData("clean", "snapshots", "--keep", "-1")]
    [InlineData("events", "trim", "x", "--keep", "-1")]
    [InlineData("events", "read", "--last", "-1")]
    [InlineData("logs", "errors", "--last", "-1")]
    [InlineData("queue", "read", "--top", "-1")]
    [InlineData("queue", "waits", "--top", "-1")]
    [InlineData("watch", "--samples", "-1")]
    public async Task Number_ThatCannotBe_IsUsage(params string[] args)
    {
        File.WriteAllText(Queue, """{"tasks":[]}""");
        var run = await OfHomeAsync(args);
        Assert.Equal(2, run.ExitCode);
        Assert.NotEmpty(run.Error);
    }

    [Fact]
    public async Task Task_ByItsPlace_IsToldApartFromOthersOfItsId()
    {
        File.WriteAllText(Queue, """{"tasks":[{"id":"a","created_at":"2025-01-01T00:00:00Z"},{"id":"a","created_at":"2025-02-01T00:00:00Z"},{"created_at":"2025-03-01T00:00:00Z"}]}""");
        Assert.Equal(2, (await StoryAsync("a")).Count);
        Assert.Equal("2025-02-01T00:00:00+00:00", Assert.Single(await StoryAsync("--index", "1")).GetProperty("at").GetString());
        Assert.Equal("2025-03-01T00:00:00+00:00", Assert.Single(await StoryAsync("--index", "2")).GetProperty("at").GetString());
        Assert.Equal(1, (await OfHomeAsync("task", "--index", "3")).ExitCode);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 3)]
    public async Task StandardOutput_ThatIsClosedEndsTheCommandQuietly_AndOneThatIsFullFails(bool isClosed, int exitCode)
    {
        File.WriteAllText(Queue, $$"""{"tasks":[{{string.Join(',', Enumerable.Repeat("""{"id":"a"}""", 100_000))}}]}""");
        using var error = new StringWriter();
        foreach (var args in (string[][])[["queue", "read"], ["queue", "stats", "--json"], ["diagnose"], ["--help"]])
            Assert.Equal(exitCode, await RelayPerf.RunAsync([.. args, "--home", _home.Path], new ToolHost { Out = new BufferedStream(new FullStream(isClosed ? new OutputClosedException() : new IOException("no space")), 1024), Error = error }));
        Assert.Equal(!isClosed, error.ToString().Contains("no space", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Names_WithMarkupLineFeedsAndColons_AreShownAsTheyAre()
    {
        if (OperatingSystem.IsWindows())
            return;
        Directory.CreateDirectory(_home["coordination", "worker-specs", "active"]);
        Directory.CreateDirectory(_home["coordination", "[red]x[bold]:\n\e[2J"]);
        File.WriteAllText(_home["coordination", "[red]x[bold]:\n\e[2J", "[bold] error.log"], "error [bold]\e[31m\n");
        File.WriteAllText(_home["coordination", "worker-specs", "active", "[link=x].json"], "{");
        File.WriteAllText(Queue, """{"tasks":[{"id":"[u]a[/]","status":"[[","created_at":"2025-01-01T00:00:00Z","started_at":"2025-01-01T00:00:09Z"}]}""");
        foreach (var (command, expected) in ((string, string)[])[("files", "[red]x[bold]:\\n\\x1b[2J/[bold] error.log"), ("logs errors", "error [bold]\\x1b[31m"), ("workers list", "[link=x].json"), ("queue stats", "[["), ("queue waits", "[u]a[/]"), ("diagnose", "[link=x].json"), ("watch --samples 1", "[["), ("task [u]a[/]", "created")])
        {
            var run = await OfHomeAsync(command.Split(' '));
            Assert.Contains(expected, run.Out, StringComparison.Ordinal);
            Assert.DoesNotContain('\e', run.Out);
        }
    }

    [Fact]
    public async Task Message_IsOneLine_WhateverTheName()
    {
        var run = await OfHomeAsync("queue", "stats", _home["line\nfeed\e[2J.json"]);
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("line\\nfeed\\x1b[2J.json", Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_AreTheSameInEveryCulture()
    {
        File.WriteAllText(Queue, """{"tasks":[{"id":"a","status":"i","priority":"I","created_at":"2025-01-01T00:00:00.5+02:00","started_at":"2025-01-01T00:20:09Z","n":-1.5}]}""");
        File.WriteAllText(_home["coordination", "token-budget.json"], """{"total_budget":500000,"available":-743000}""");
        var before = CultureInfo.CurrentCulture;
        try
        {
            var answers = new List<string>();
            foreach (var (point, group, minus) in ((string, string, string)[])[(".", ",", "-"), (",", ".", "\u2212"), ("\u066B", "\u066C", "\u200E-")])
            {
                // Made by hand, since not every machine that runs this knows cultures.
                var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
                (culture.NumberFormat.NumberDecimalSeparator, culture.NumberFormat.NumberGroupSeparator, culture.NumberFormat.NegativeSign) = (point, group, minus);
                (culture.DateTimeFormat.DateSeparator, culture.DateTimeFormat.TimeSeparator) = (".", ".");
                CultureInfo.CurrentCulture = culture;
                var text = new StringBuilder();
                foreach (var args in (string[])["queue stats", "queue waits", "queue waits --json", "queue read --where n=-1.5", "tokens", "tokens --json", "logs errors", "config get " + Queue + " tasks[0].n", "task a"])
                    text.AppendLine(CultureInfo.InvariantCulture, $"{args}: {(await OfHomeAsync(args.Split(' '))).Out}");
                answers.Add(text.ToString());
            }

            Assert.Contains("-743,000", answers[0], StringComparison.Ordinal);
            Assert.All(answers, answer => Assert.Equal(answers[0], answer));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"at":"2025-01-01T00:00:00Z","findings":null}""")]
    [InlineData("[1]")]
    [InlineData("no JSON")]
    public async Task Verify_AgainstWhatIsNoDiagnosis_NamesTheFile(string text)
    {
        File.WriteAllText(Queue, """{"tasks":[]}""");
        File.WriteAllText(_home["before.json"], text);
        var run = await OfHomeAsync("verify", "--before", _home["before.json"], "--json");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("before.json", run.Json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task QueueWatch_ThatCannotReadAtItsFirstLook_Fails()
    {
        File.WriteAllText(Queue, "{");
        var run = await OfHomeAsync("queue", "watch", "--samples", "2", "--json");
        Assert.Equal(3, run.ExitCode);
        Assert.Equal(Queue, run.Json.GetProperty("error").GetProperty("file").GetString());
    }

    [Fact]
    public async Task Watch_ForPrograms_IsALineALook()
    {
        File.WriteAllText(Queue, """{"tasks":[{"id":"a","status":"pending"}]}""");
        File.WriteAllText(_home["coordination", "metrics-snapshots.jsonl"], "{ broken");
        var run = (await OfHomeAsync("watch", "--samples", "2", "--interval", "10ms", "--json")).Fine();
        Assert.Equal(2, run.Lines.Count);
        Assert.All(run.Lines, static line => Assert.Equal(1, JsonDocument.Parse(line).RootElement.GetProperty("queue").GetProperty("queued").GetInt64()));
    }

    [Fact]
    public void Progress_IsShownAfterASecondOnATerminal_AndGoneBeforeTheAnswer()
    {
        var time = new FakeTimeProvider();
        using var error = new StringWriter();
        var read = 1000L;
        using var progress = new Progress(new ToolHost { Out = Stream.Null, Error = error, ErrorIsTerminal = true, Time = time }, "stats", () => read);
        progress.Expect(200);
        read += 100;
        time.Advance(TimeSpan.FromMilliseconds(900));
        Assert.Empty(error.ToString());
        time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Contains("stats", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("50 %", error.ToString(), StringComparison.Ordinal);
        progress.End();
        Assert.EndsWith("\r\e[K", error.ToString(), StringComparison.Ordinal);
        var shown = error.ToString();
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(shown, error.ToString());
    }

    [Fact]
    public void Progress_ElsewhereThanOnATerminal_IsNotShown()
    {
        var time = new FakeTimeProvider();
        using var error = new StringWriter();
        using var progress = new Progress(new ToolHost { Out = Stream.Null, Error = error, Time = time }, "stats");
        time.Advance(TimeSpan.FromSeconds(5));
        progress.End();
        Assert.Empty(error.ToString());
    }

    public void Dispose() => _home.Dispose();

    private Task<ToolRun> OfHomeAsync(params string[] args) => ToolRun.OfAsync([.. args, "--home", _home.Path]);

    private async Task<List<JsonElement>> StoryAsync(params string[] args)
        => [.. (await OfHomeAsync(["task", .. args, "--json"])).Fine().Json.GetProperty("story").EnumerateArray()];

    private sealed class FullStream(IOException fault) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => throw fault;

        public override void Write(ReadOnlySpan<byte> buffer) => throw fault;
    }
}
