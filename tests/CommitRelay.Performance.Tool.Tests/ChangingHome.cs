using CommitRelay.Performance.Relay;
using CommitRelay.Performance.TestHelpers;
using CommitRelay.Performance.Tool.Undo;

namespace CommitRelay.Performance.Tool.Tests;

/// <summary>A home for commands that change files.</summary>
internal sealed class ChangingHome : IDisposable
{
    public TempFolder Folder { get; } = new();

    public RelayHome Home => new(Folder.Path);

    /// <summary>Runs a command that changes something.</summary>
    public Task<ToolRun> RunAsync(string command, params string[] more)
    {
        var home = new RelayHome(Folder.Path);
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
            "clean cache" => ["--path", Folder["cache"]],
            "clean snapshots" => ["--keep", "1"],
            "monitor" => ["--once"],
            "report" => ["--html", Folder["report.html"]],
            _ => [],
        };
        string[] words = [.. command.Split(' '), .. needed, "--home", Folder.Path, .. more];
        return ToolRun.OfAsync("""{"type":"told"}""", TimeProvider.System, command == "lock" ? ["lock", home.TaskQueue, .. more, "--", $"echo x > '{Folder["done"]}'"] : words);
    }

    /// <summary>Makes a home in which each of them has something to do.</summary>
    public async Task MakeAsync()
    {
        var home = new RelayHome(Folder.Path);
        Folder.Write("coordination/task-queue.json", """{"tasks":[{"id":"a","status":"completed","priority":"low","completed_at":"2025-01-01T00:00:00Z"},{"id":"b","priority":"high"}]}""");
        Folder.Write("coordination/token-budget.json", """{"total_budget":5}""");
        Folder.Write("coordination/metrics-snapshots.jsonl", "{\"timestamp\":\"2025-01-01T00:00:00Z\"}\n{\"timestamp\":\"2025-01-02T00:00:00Z\"}\n");
        Folder.Write("coordination/worker-specs/active/one.json", """{"worker_id":"one","created_at":"2025-01-01T00:00:00Z","pid":2147483000}""");
        Folder.Write("coordination/worker-specs/completed/two.json", """{"worker_id":"two","completed_at":"2025-01-01T00:00:00Z"}""");
        Folder.Write("agents/logs/old.log", "old\n");
        Folder.Write("cache/old", "old");
        Directory.CreateDirectory(Path.Combine(home.History, "hourly"));
        File.WriteAllText(Path.Combine(home.History, "hourly", "2025-01-01T00-00-00Z.json"), "{}");
        File.WriteAllText(home.Events, "{\"type\":\"a\"}\n");
        (await ToolRun.OfAsync("events", "roll", home.Events)).Fine();
        File.WriteAllText(home.Events, "{\"type\":\"b\"}\n{\"type\":\"c\"}\n");

        // For undo.
        (await ToolRun.OfAsync("queue", "set", "b", "title=new", "--home", Folder.Path)).Fine();
    }

    /// <summary>Every file and folder with its bytes, but for locks and what is kept for undo.</summary>
    public IReadOnlyList<string> State() => [.. new DirectoryInfo(Folder.Path).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
        .Where(static entry => !entry.FullName.Contains(UndoFolder.Prefix, StringComparison.Ordinal) && !entry.Name.EndsWith(".lock", StringComparison.Ordinal) && !entry.Name.EndsWith(".undo", StringComparison.Ordinal))
        .Select(entry => Path.GetRelativePath(Folder.Path, entry.FullName) + (entry is FileInfo file ? ": " + File.ReadAllText(file.FullName) : "/"))
        .Order(StringComparer.Ordinal)];

    public Task<ToolRun> UndoAsync(params string[] more) => ToolRun.OfAsync(["undo", "--home", Folder.Path, .. more]);

    public void Dispose() => Folder.Dispose();
}
