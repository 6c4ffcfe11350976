using System.Text.Json;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tool.Tests;

/// <summary>Answers about the corpus as a home: files, workers, logs, the diagnosis, the report.</summary>
public sealed class HomeCorpusTests
{
    private static readonly Lazy<JsonElement> Expected = new(static () => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Shared!, "corpus", "expected.json"))).RootElement);

    [SharedFact]
    public async Task Files_OnTheCorpus_AnswersAsTheIndependentProgram()
    {
        var answer = (await OfCorpusAsync("files")).Fine().Json;
        foreach (var expected in Expected.Value.GetProperty("file_system").EnumerateObject())
            Assert.True(JsonElement.DeepEquals(expected.Value, answer.GetProperty(expected.Name)), $"{expected.Name}: expected {expected.Value}, but is {answer.GetProperty(expected.Name)}");
    }

    [SharedFact]
    public async Task RateLimits_OnTheCorpus_AreThoseOfGrepAndNoneIsStrict()
    {
        var answer = (await OfCorpusAsync("logs", "rate-limits")).Fine().Json;
        foreach (var expected in Expected.Value.GetProperty("rate_limit_lines").EnumerateObject())
            Assert.True(JsonElement.DeepEquals(expected.Value, answer.GetProperty(expected.Name)), expected.Name);
        Assert.Equal(0, (await OfCorpusAsync("logs", "rate-limits", "--strict")).Fine().Json.GetProperty("lines_total").GetInt64());
    }

    [SharedTheory]
    [InlineData("completed")]
    [InlineData("archive")]
    [InlineData("active")]
    public async Task WorkerDurations_OnTheCorpus_AreThoseOfTheIndependentProgram(string folder)
    {
        var expected = Expected.Value.GetProperty("worker_specs").GetProperty($"coordination/worker-specs/{folder}");
        foreach (var (from, name) in ((string, string)[])[("created_at", "created_to_end"), ("execution.started_at", "execution_started_to_end")])
        {
            var answer = (await OfCorpusAsync("workers", "durations", "--folder", folder, "--from", from)).Fine().Json;
            foreach (var key in (string[])["count", "unreadable", "negative", "end_field_used", "by_type"])
                Assert.True(JsonElement.DeepEquals(expected.GetProperty(name).GetProperty(key), answer.GetProperty(key)), $"{name} {key}: {answer.GetProperty(key)}");
            Assert.Equal(
                expected.GetProperty(name).GetProperty("all").EnumerateArray().Select(static one => (one.GetProperty("file").GetString(), one.GetProperty("seconds").GetInt64(), one.GetProperty("end_field").GetString())),
                answer.GetProperty("all").EnumerateArray().Select(static one => (one.GetProperty("file").GetString(), one.GetProperty("seconds").GetInt64(), one.GetProperty("end_field").GetString())));
            Assert.Equal(
                expected.GetProperty("invalid_files").EnumerateArray().Select(static one => (one.GetProperty("file").GetString(), one.GetProperty("byte_offset").GetInt64(), one.GetProperty("line").GetInt64())),
                answer.GetProperty("invalid_files").EnumerateArray().Select(static one => (one.GetProperty("file").GetString(), one.GetProperty("byte_offset").GetInt64(), one.GetProperty("line").GetInt64())));
        }
    }

    [SharedFact]
    public async Task Diagnose_OfTheCorpus_FindsWhatIsWrongThereWorstFirst()
    {
        var run = await OfCorpusAsync("diagnose");
        Assert.Equal(1, run.ExitCode);
        var findings = run.Json.GetProperty("findings").EnumerateArray().ToList();
        Assert.Equal("tokens.exhausted", findings[0].GetProperty("id").GetString());
        Assert.Contains(findings, static finding => finding.GetProperty("id").GetString() == "workers.unreadable");
        Assert.All(findings, static finding => Assert.All((string[])["severity", "title", "evidence", "cure"], key => Assert.NotEqual("", finding.GetProperty(key).GetString())));
    }

    [SharedFact]
    public async Task Verify_AgainstAnEarlierDiagnosis_TellsWhatIsNew()
    {
        using var folder = new TempFolder();
        Repository.CopyFolder(Path.Combine(Repository.CorpusHome, "coordination", "worker-specs"), folder["coordination", "worker-specs"]);
        File.Copy(Path.Combine(Repository.CorpusHome, "coordination", "task-queue.json"), folder["coordination", "task-queue.json"]);
        File.WriteAllText(folder["before.json"], (await ToolRun.OfAsync("diagnose", "--home", folder.Path, "--json")).Out);
        File.WriteAllText(folder["coordination", "task-queue.json"], "{\"tasks\": [");
        var run = await ToolRun.OfAsync("verify", "--before", folder["before.json"], "--watch-for", "10ms", "--home", folder.Path, "--json");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("queue.unreadable", run.Json.GetProperty("new").EnumerateArray().Select(static id => id.GetString()));
    }

    [SharedFact]
    public async Task Report_OfTheCorpus_IsOnePageWithoutScriptOrNetwork()
    {
        using var folder = new TempFolder();
        var answer = (await OfCorpusAsync("report", "--html", folder["report.html"], "--since", "30d")).Fine().Json;
        Assert.Equal(713, answer.GetProperty("snapshots").GetInt32());
        var page = File.ReadAllText(folder["report.html"]);
        Assert.Equal(11, page.Split("<section>").Length - 1);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("http", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
    }

    [SharedFact]
    public async Task Task_OfTheCorpus_TellsItsStoryWithTimes()
    {
        var story = (await OfCorpusAsync("task", "eui-phase1-004")).Fine().Json.GetProperty("story").EnumerateArray().ToList();
        Assert.Contains(story, static moment => moment.GetProperty("what").GetString() == "created");
        Assert.Equal(1, (await OfCorpusAsync("task", "no-such-task")).ExitCode);
    }

    [SharedFact]
    public async Task Monitor_Once_AppendsOneSnapshotThatTheReportReads()
    {
        using var folder = new TempFolder();
        Repository.CopyFolder(Repository.CorpusHome, folder["home"]);
        var run = await ToolRun.OfAsync("monitor", "--once", "--queue-threshold", "5", "--home", folder["home"], "--json");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(14, run.Json.GetProperty("metrics").GetProperty("queue.queued").GetDouble());
        Assert.Contains("queue.queued", run.Json.GetProperty("raised").EnumerateArray().Select(static metric => metric.GetString()));
        var report = (await ToolRun.OfAsync("report", "--html", folder["report.html"], "--since", "1d", "--home", folder["home"], "--json")).Fine().Json;
        Assert.Equal(1, report.GetProperty("snapshots").GetInt32());
    }

    [SharedFact]
    public async Task WorkersStale_WithoutFix_NamesAndMovesNothing()
    {
        using var folder = new TempFolder();
        Repository.CopyFolder(Path.Combine(Repository.CorpusHome, "coordination", "worker-specs"), folder["coordination", "worker-specs"]);
        var before = Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).Order();
        var run = await ToolRun.OfAsync("workers", "stale", "--home", folder.Path, "--json");
        Assert.True(run.Json.GetProperty("dry_run").GetBoolean());
        Assert.Equal(before, Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).Order());
        var archived = (await ToolRun.OfAsync("workers", "archive", "--older-than", "1d", "--home", folder.Path, "--json")).Fine().Json;
        Assert.True(archived.GetProperty("files").GetInt32() > 0);
        Assert.True(Directory.GetFiles(folder["coordination", "worker-specs", "completed"]).Length < before.Count(static file => file.Contains("/completed/", StringComparison.Ordinal)));
    }

    private static Task<ToolRun> OfCorpusAsync(params string[] args) => ToolRun.OfAsync([.. args, "--home", Repository.CorpusHome, "--json"]);
}
