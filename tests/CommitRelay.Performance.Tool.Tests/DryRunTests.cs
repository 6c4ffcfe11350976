using System.Security.Cryptography;
using CommitRelay.Performance.Relay;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tool.Tests;

public sealed class DryRunTests : IDisposable
{
    private readonly TempFolder _home = new();

    public static TheoryData<string> Changing => [.. Names];

    private static IEnumerable<string> Names => CommandTree.Leaves().Where(static leaf => leaf.Command.Options.Any(static option => option.Name == "--dry-run")).Select(static leaf => leaf.Path);

    public void Dispose() => _home.Dispose();

    [Fact]
    public void EveryCommandThatChangesFiles_HasADryRun()
        => Assert.Empty(((string[])["queue prioritize", "queue split", "queue archive", "queue set", "queue add", "events append", "events emit", "events trim", "events compress", "events roll", "config set", "clean logs", "clean cache", "clean snapshots", "clean history", "clean events", "workers stale", "workers archive", "undo", "lock", "monitor", "report"]).Except(Names));

    [Theory, MemberData(nameof(Changing))]
    public async Task DryRun_ChangesNothing_AndTheRealRunDoes(string command)
    {
        if (OperatingSystem.IsWindows())
            return;
        await MakeAsync();
        var before = State();
        var dry = await RunAsync(command, "--dry-run");
        Assert.True(dry.ExitCode == 0, $"exit code {dry.ExitCode}: {dry.Error}{dry.Out}");
        Assert.Equal(before, State());
        var real = await RunAsync(command);
        Assert.True(real.ExitCode is 0 or 1, $"exit code {real.ExitCode}: {real.Error}{real.Out}");
        Assert.NotEqual(before, State());
    }

    private Task<ToolRun> RunAsync(string command, params string[] more)
    {
        var home = new RelayHome(_home.Path);
        string[] needed = command switch
        {
            "queue split" => [home.TaskQueue, "--max-size", "100B"],
            "queue set" => ["a", "status=running"],
            "queue add" => ["--description", "x"],
            "queue archive" or "workers archive" or "clean logs" or "clean history" or "clean events" or "events compress" => ["--older-than", "0s"],
            "workers stale" => ["--fix"],
            "events append" => [home.Events],
            "events emit" => ["--type", "t", "--message", "m"],
            "events trim" => [home.Events, "--keep", "1"],
            "events roll" => [home.Events],
            "config set" => [home.TokenBudget, "total_budget", "7"],
            "clean cache" => ["--path", _home["cache"]],
            "clean snapshots" => ["--keep", "1"],
            "monitor" => ["--once"],
            "report" => ["--html", _home["report.html"]],
            _ => [],
        };
        string[] words = [.. command.Split(' '), .. needed, "--home", _home.Path, .. more];
        return ToolRun.OfAsync("""{"type":"told"}""", TimeProvider.System, command == "lock" ? ["lock", home.TaskQueue, .. more, "--", $"echo x > '{_home["done"]}'"] : words);
    }

    private async Task MakeAsync()
    {
        var home = new RelayHome(_home.Path);
        _home.Write("coordination/task-queue.json", """{"tasks":[{"id":"a","status":"completed","priority":"low","completed_at":"2025-01-01T00:00:00Z"},{"id":"b","priority":"high"}]}""");
        _home.Write("coordination/token-budget.json", """{"total_budget":5}""");
        _home.Write("coordination/metrics-snapshots.jsonl", "{\"timestamp\":\"2025-01-01T00:00:00Z\"}\n{\"timestamp\":\"2025-01-02T00:00:00Z\"}\n");
        _home.Write("coordination/worker-specs/active/one.json", """{"worker_id":"one","created_at":"2025-01-01T00:00:00Z","pid":2147483000}""");
        _home.Write("coordination/worker-specs/completed/two.json", """{"worker_id":"two","completed_at":"2025-01-01T00:00:00Z"}""");
        _home.Write("agents/logs/old.log", "old\n");
        _home.Write("cache/old", "old");
        Directory.CreateDirectory(Path.Combine(home.History, "hourly"));
        File.WriteAllText(Path.Combine(home.History, "hourly", "2025-01-01T00-00-00Z.json"), "{}");
        File.WriteAllText(home.Events, "{\"type\":\"a\"}\n");
        (await ToolRun.OfAsync("events", "roll", home.Events)).Fine();
        File.WriteAllText(home.Events, "{\"type\":\"b\"}\n{\"type\":\"c\"}\n");

        // For undo.
        (await ToolRun.OfAsync("queue", "set", "b", "title=new", "--home", _home.Path)).Fine();
    }

    /// <summary>Every file and folder, with its bytes and its time.</summary>
    private List<string> State() => [.. new DirectoryInfo(_home.Path).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
        .Select(static entry => entry is FileInfo file ? $"{file.FullName} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file.FullName)))} {file.LastWriteTimeUtc:O}" : entry.FullName)
        .Order(StringComparer.Ordinal)];
}
