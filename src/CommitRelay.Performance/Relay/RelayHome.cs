namespace CommitRelay.Performance.Relay;

/// <summary>
/// The coordination root of a Commit Relay system and where things lie in it. Real homes name things in several ways;
/// each member knows them all.
/// </summary>
/// <remarks>Immutable and thread-safe. Creating one touches no file.</remarks>
public sealed class RelayHome
{
    /// <summary>The environment variable that names the home: COMMIT_RELAY_HOME.</summary>
    public const string EnvironmentVariable = "COMMIT_RELAY_HOME";

    /// <summary>Uses a folder as home.</summary>
    /// <param name="root">The folder that holds "coordination"; it need not exist yet.</param>
    public RelayHome(string root)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        Root = Path.GetFullPath(root);
        Coordination = Path.Combine(Root, "coordination");
    }

    /// <summary>Finds the home: the given folder, else the environment's, else the working directory.</summary>
    /// <param name="root">The folder, or null.</param>
    /// <returns>The home.</returns>
    public static RelayHome Locate(string? root = null)
    {
        if (!string.IsNullOrEmpty(root))
            return new RelayHome(root);
        var named = Environment.GetEnvironmentVariable(EnvironmentVariable);
        return new RelayHome(string.IsNullOrEmpty(named) ? Environment.CurrentDirectory : named);
    }

    /// <summary>The folder, in full.</summary>
    public string Root { get; }

    /// <summary><c>coordination/</c>: all below lies in it, the logs aside.</summary>
    public string Coordination { get; }

    /// <summary><c>task-queue.json</c>.</summary>
    public string TaskQueue => In("task-queue.json");

    /// <summary><c>dashboard-events.jsonl</c>.</summary>
    public string Events => In("dashboard-events.jsonl");

    /// <summary><c>dashboard-events-archive/</c>: rotated event files.</summary>
    public string EventArchive => In("dashboard-events-archive");

    /// <summary><c>events/</c>: further streams; rotated ones in <c>archive/YYYY-MM-DD/</c> below it.</summary>
    public string EventStreams => In("events");

    /// <summary><c>metrics-snapshots.jsonl</c>: one snapshot a line.</summary>
    public string MetricsSnapshots => In("metrics-snapshots.jsonl");

    /// <summary><c>health-reports.jsonl</c>.</summary>
    public string HealthReports => In("health-reports.jsonl");

    /// <summary><c>events/heartbeat-events.jsonl</c>.</summary>
    public string Heartbeats => Path.Combine(EventStreams, "heartbeat-events.jsonl");

    /// <summary><c>token-budget.json</c>: the budget, and one entry a worker.</summary>
    public string TokenBudget => In("token-budget.json");

    /// <summary><c>worker-specs/</c>: a folder a state, see <see cref="WorkerSpecFolder"/>.</summary>
    public string WorkerSpecs => In("worker-specs");

    /// <summary><c>pids/</c>: files of one number.</summary>
    public string Pids => In("pids");

    /// <summary><c>history/</c>: snapshots, one a file, in <c>hourly/</c> and <c>daily/</c>.</summary>
    public string History => In("history");

    /// <summary><c>config/</c>: settings.</summary>
    public string Config => In("config");

    /// <summary><c>config/system.json</c>.</summary>
    public string SystemConfig => Path.Combine(Config, "system.json");

    /// <summary><c>agents/logs/</c> beside coordination: <c>system/</c> and <c>workers/</c>.</summary>
    public string Logs => Path.Combine(Root, "agents", "logs");

    /// <summary>A folder of worker specs.</summary>
    /// <param name="state">"active", "completed", "archived", "zombie", …</param>
    /// <returns>Its path; it may be missing.</returns>
    public string WorkerSpecFolder(string state)
    {
        ArgumentException.ThrowIfNullOrEmpty(state);
        return Path.Combine(WorkerSpecs, state);
    }

    /// <summary>Old queues beside the queue file, in all three naming styles
    /// (<c>task-queue-backup-…</c>, <c>task-queue.backup-…</c>, <c>task-queue.json.backup</c>), by name. Empty where the folder is missing.</summary>
    /// <returns>Full paths.</returns>
    public IReadOnlyList<string> TaskQueueBackups()
    {
        if (!Directory.Exists(Coordination))
            return [];
        var found = Directory.GetFiles(Coordination, "task-queue*");
        return [.. found.Where(static p => IsBackup(Path.GetFileName(p))).Order(StringComparer.Ordinal)];
    }

    /// <summary>A path relative to the home, with '/' between folders.</summary>
    /// <param name="path">A full path.</param>
    /// <returns>The relative path; the path itself when it lies outside.</returns>
    public string Relative(string path)
    {
        var relative = Path.GetRelativePath(Root, path);
        return Path.DirectorySeparatorChar == '/' ? relative : relative.Replace(Path.DirectorySeparatorChar, '/');
    }

    /// <summary>The folder.</summary>
    public override string ToString() => Root;

    private static bool IsBackup(string name)
        => name.Contains("backup", StringComparison.Ordinal) && !name.EndsWith(".lock", StringComparison.Ordinal) && !name.EndsWith(".tmp", StringComparison.Ordinal);

    private string In(string name) => Path.Combine(Coordination, name);
}
