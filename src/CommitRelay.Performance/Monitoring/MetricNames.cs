namespace CommitRelay.Performance.Monitoring;

/// <summary>The metrics that rules may name, and their units.</summary>
public static class MetricNames
{
    /// <summary>Open tasks of the queue file; count.</summary>
    public const string QueueQueued = "queue.queued";

    /// <summary>Free share of the file system that holds the home; 0 to 1.</summary>
    public const string DiskFree = "disk.free";

    /// <summary>JSON files over 10 MB in the home; count.</summary>
    public const string FilesLargeJson = "files.large_json";

    /// <summary>Calls refused by a rate limit since the sample before; count.</summary>
    public const string CallsRefused = "calls.refused";

    /// <summary>Used share of the memory that this process may have; 0 to 1.</summary>
    public const string MemoryUtilization = "memory.utilization";

    /// <summary>Open descriptors over their limit; 0 to 1.</summary>
    public const string DescriptorUtilization = "descriptors.utilization";

    /// <summary>Active worker specs whose process is gone; count.</summary>
    public const string WorkersStale = "workers.stale";

    /// <summary>Active worker specs over their time limit; count.</summary>
    public const string WorkersOverrunning = "workers.overrunning";

    /// <summary>Tokens left of the budget; may be negative.</summary>
    public const string TokensAvailable = "tokens.available";

    /// <summary>Age of the newest event; seconds.</summary>
    public const string EventsAge = "events.age";

    /// <summary>Age of the newest snapshot; seconds.</summary>
    public const string SnapshotsAge = "snapshots.age";

    /// <summary>1 when the home lies on a network file system, else 0.</summary>
    public const string HomeOnNetwork = "home.network";

    /// <summary>1 when the home lies on a rotational disk, else 0.</summary>
    public const string HomeOnRotational = "home.rotational";

    /// <summary>Free bytes of the file system that holds the home; bytes.</summary>
    public const string DiskFreeBytes = "disk.free_bytes";

    /// <summary>1 when the disk of the event file is nearly full by its writer's setting (<see cref="Events.EventWriterOptions.LowDiskBytes"/>), else 0.</summary>
    public const string EventsDiskLow = "events.disk_low";

    /// <summary>Used share of the processors that this process may use; 0 to 1.</summary>
    public const string CpuUtilization = "cpu.utilization";

    /// <summary>Tasks that somebody works on; count.</summary>
    public const string QueueInProgress = "queue.in_progress";

    /// <summary>Completed tasks in the queue file; count.</summary>
    public const string QueueCompleted = "queue.completed";

    /// <summary>All tasks of the queue file; count.</summary>
    public const string QueueTotal = "queue.total";

    /// <summary>Active worker specs; count.</summary>
    public const string WorkersActive = "workers.active";

    /// <summary>Active worker specs that no parser reads; count.</summary>
    public const string WorkersInvalid = "workers.invalid";

    /// <summary>Specs of workers that ended well and are not archived yet; count.</summary>
    public const string WorkersCompleted = "workers.completed";

    /// <summary>Specs of workers in folders of failed ones; count.</summary>
    public const string WorkersFailed = "workers.failed";

    /// <summary>Tokens of the budget.</summary>
    public const string TokensTotal = "tokens.total";

    /// <summary>Tokens in use.</summary>
    public const string TokensUsed = "tokens.used";
}
