namespace CommitRelay.Performance.Tool.Commands;

internal enum FindingSeverity
{
    Critical,
    Warning,
    Info,
}

/// <summary>Something that holds the workers back, or soon will.</summary>
internal sealed record Finding(string Id, FindingSeverity Severity, string Title, string Evidence, string Cure);

/// <summary>The rules of a diagnosis, those that hold the workers back most first. The order of findings is severity, then the order here.</summary>
internal static class FindingRules
{
    private static readonly Func<Evidence, Finding?>[] All =
    [
        QueueUnreadable, DiskFull, InodesFull, MemoryFull, TokensExhausted, RefusedCalls, SpecsUnreadable, WorkersStale, WorkersOverrunning,
        QueueBacklog, CpuBusy, IoStalled, DescriptorsFew, SlowRead, LargeJson, NestedQueue, RepeatedIds, EventsDamaged, EventsLarge,
        HomeOnNetwork, HomeOnRotational, SmallFiles, OverBudgeted, SlowSpawns,
    ];

    public static IReadOnlyList<Finding> Apply(Evidence evidence)
        => [.. All.Select(rule => rule(evidence)).OfType<Finding>().OrderBy(static finding => finding.Severity)];

    private static Finding? QueueUnreadable(Evidence e) => e.Queue.Error is not { } fault ? null
        : new("queue.unreadable", FindingSeverity.Critical, "The queue cannot be read: no worker finds a task", fault, "relay-perf queue stats names the byte; relay-perf undo takes a bad change back; backups lie beside the queue");

    private static Finding? DiskFull(Evidence e) => Value(e.Resources.Disk, "utilization") is not { } share || share <= 0.80 ? null
        : new("disk.full", share > 0.95 ? FindingSeverity.Critical : FindingSeverity.Warning, "The home's disk is nearly full", $"{Format.Percent(share)} used, {Format.Bytes(Value(e.Resources.Disk, "available") ?? 0)} left", "relay-perf clean logs --older-than 7d; relay-perf events compress; relay-perf clean history --older-than 30d");

    private static Finding? InodesFull(Evidence e) => Value(e.Resources.Disk, "inodes_used") / Value(e.Resources.Disk, "inodes") is not { } share || share <= 0.80 ? null
        : new("disk.inodes", share > 0.95 ? FindingSeverity.Critical : FindingSeverity.Warning, "The home's disk runs out of inodes", $"{Format.Percent(share)} used", "relay-perf clean history --older-than 30d packs the many small files");

    private static Finding? MemoryFull(Evidence e) => Value(e.Resources.Memory, "utilization") is not { } share || share <= 0.90 ? null
        : new("memory.full", FindingSeverity.Warning, "Memory is nearly used up", $"{Format.Percent(share)} used, swap {Format.Bytes(Value(e.Resources.Swap, "used") ?? 0)}; tasks stalled for memory {Percent(Value(e.Resources.Pressure, "memory_some"))} of the last 10 s", "relay-perf processes --by memory; fewer workers at once; escalate: profile the largest (docs/profiling.md, memory)");

    private static Finding? TokensExhausted(Evidence e) => e.Workers.TokensAvailable is not { } tokens || tokens > 0 ? null
        : new("tokens.exhausted", FindingSeverity.Critical, "The token budget is used up", $"{Format.Count(tokens)} of {Format.Count(e.Workers.TokensTotal ?? 0)} tokens available", "relay-perf tokens shows who holds them; relay-perf config set coordination/token-budget.json total_budget N");

    private static Finding? RefusedCalls(Evidence e) => e.Logs.RefusedCalls == 0 ? null
        : new("api.refused", FindingSeverity.Warning, "The API refuses calls", $"{Format.Count(e.Logs.RefusedCalls)} refused calls in the logs, the last at {e.Logs.LastRefused}", "relay-perf logs rate-limits --strict; pace the calls (docs/rate-limits.md); fewer workers at once");

    private static Finding? SpecsUnreadable(Evidence e) => e.Workers.ActiveInvalid == 0 ? null
        : new("workers.unreadable", FindingSeverity.Warning, "Active worker specs are not JSON", $"{Format.Count(e.Workers.ActiveInvalid)} of {Format.Count(e.Workers.ActiveFiles)}; {e.Workers.Invalid[0].File} breaks at byte {e.Workers.Invalid[0].ByteOffset}", "relay-perf workers list names each place; the writer left a member without its value");

    private static Finding? WorkersStale(Evidence e) => e.Workers.Stale == 0 ? null
        : new("workers.stale", FindingSeverity.Warning, "Workers are listed as active whose process is gone", $"{Format.Count(e.Workers.Stale)} of {Format.Count(e.Workers.ActiveFiles)}", "relay-perf workers stale --fix");

    private static Finding? WorkersOverrunning(Evidence e) => e.Workers.Overrunning == 0 ? null
        : new("workers.overrunning", FindingSeverity.Warning, "Workers run longer than they may", $"{Format.Count(e.Workers.Overrunning)} of {Format.Count(e.Workers.ActiveFiles)}", "relay-perf workers stale; escalate: profile what a living one does (docs/profiling.md, a process)");

    private static Finding? QueueBacklog(Evidence e) => e.Queue.Queued <= 50 ? null
        : new("queue.backlog", FindingSeverity.Warning, "Tasks wait", $"{Format.Count(e.Queue.Queued)} queued, {Format.Count(e.Queue.Running)} running" + (e.Queue.LongestWait is { } wait ? $", longest wait {Format.Seconds(wait)}" : ""), "relay-perf queue waits; relay-perf queue prioritize; more workers, if machine and API have room");

    private static Finding? CpuBusy(Evidence e) => (Value(e.Resources.Cpu, "limit_utilization") ?? Value(e.Resources.Cpu, "utilization")) is not { } used || used <= 0.90 ? null
        : new("cpu.busy", FindingSeverity.Warning, "The processors are busy", $"{Format.Percent(used)}; most by {Busiest(e)}", "relay-perf processes; escalate: profile that process (docs/profiling.md, processor)");

    private static Finding? IoStalled(Evidence e) => Value(e.Resources.Pressure, "io_some") is not { } share || share <= 0.20 ? null
        : new("io.stalled", FindingSeverity.Warning, "Work waits for the disk", $"stalled {Format.Percent(share)} of the last 10 s, disk busy {Percent(Value(e.Resources.Disk, "busy"))}", "relay-perf resources --watch; batch event writes (docs/events.md); escalate: docs/profiling.md, disk");

    private static Finding? DescriptorsFew(Evidence e) => Value(e.Resources.Descriptors, "system_open") / Value(e.Resources.Descriptors, "system_limit") is not { } share || share <= 0.80 ? null
        : new("descriptors.few", FindingSeverity.Warning, "The system runs out of file descriptors", $"{Format.Percent(share)} open", "relay-perf processes shows each process's; escalate: docs/profiling.md, descriptors");

    private static Finding? SlowRead(Evidence e) => e.Queue.ReadSeconds is not { } seconds || seconds <= 1 ? null
        : new("queue.slow_read", FindingSeverity.Warning, "Reading the queue takes over a second", $"{Format.Seconds(seconds)} for {Format.Bytes(e.Queue.Bytes ?? 0)}", "relay-perf queue archive --older-than 7d; relay-perf queue split FILE --max-size 10MB");

    private static Finding? LargeJson(Evidence e) => e.Files.LargeJson.Count == 0 ? null
        : new("files.large_json", FindingSeverity.Warning, "JSON files over 10 MiB", string.Join(", ", e.Files.LargeJson.Take(5)), "relay-perf queue archive --older-than 7d; relay-perf queue split FILE --max-size 10MB");

    private static Finding? NestedQueue(Evidence e) => e.Queue.NestedTasks == 0 ? null
        : new("queue.nested", FindingSeverity.Warning, "A task holds a queue of its own: no worker looks there", $"{Format.Count(e.Queue.NestedTasks)} tasks inside tasks", "relay-perf queue stats says where; move them into the root's tasks");

    private static Finding? RepeatedIds(Evidence e) => e.Queue.IdsRepeated.Count == 0 ? null
        : new("queue.repeated_ids", FindingSeverity.Warning, "Ids repeat in the queue: a change by id hits the wrong task, or none", string.Join(", ", e.Queue.IdsRepeated.Take(5)), "give one of each pair a new id");

    private static Finding? EventsDamaged(Evidence e) => e.Events.DamagedRegions == 0 ? null
        : new("events.damaged", FindingSeverity.Info, "The event file has damaged stretches", $"{Format.Count(e.Events.DamagedRegions)} stretches; {Format.Count(e.Events.Count)} events are whole", "relay-perf events stats names them; write through relay-perf events append or the library");

    private static Finding? EventsLarge(Evidence e) => e.Events.Bytes <= 100L << 20 ? null
        : new("events.large", FindingSeverity.Warning, "The event file is over 100 MiB", Format.Bytes(e.Events.Bytes), "relay-perf events roll coordination/dashboard-events.jsonl; relay-perf events compress");

    private static Finding? HomeOnNetwork(Evidence e) => e.Resources.Disk["kind"].Word != "network" ? null
        : new("home.network", FindingSeverity.Warning, "The home lies on a network file system", "locks and appends hold for this machine only", "move the home to a local disk");

    private static Finding? HomeOnRotational(Evidence e) => e.Resources.Disk["kind"].Word != "rotational" ? null
        : new("home.rotational", FindingSeverity.Info, "The home lies on a rotational disk", "each durable write waits for the platter", "move the home to a solid-state disk");

    private static Finding? SmallFiles(Evidence e) => e.Files.HistoryFiles < 1000 ? null
        : new("files.many_small", FindingSeverity.Info, "Thousands of small snapshot files", $"{Format.Count(e.Files.HistoryFiles)} files", "relay-perf clean history --older-than 30d");

    private static Finding? OverBudgeted(Evidence e) => e.Workers.OverBudgeted.Count == 0 ? null
        : new("tokens.over_budgeted", FindingSeverity.Info, "Worker types use less than half of their tokens", string.Join(", ", e.Workers.OverBudgeted), "relay-perf tokens; relay-perf config set the type's budget");

    private static Finding? SlowSpawns(Evidence e) => e.Workers.MeanSpawnTime is not { } seconds || seconds <= 60 ? null
        : new("workers.slow_spawn", FindingSeverity.Info, "Workers take long to start", $"{Format.Seconds(seconds)} in the mean from creation to start", "relay-perf workers spawn-times; escalate: docs/profiling.md, a process");

    private static double? Value(IReadOnlyDictionary<string, ReadingAnswer> readings, string name) => readings[name].Number;

    private static string Percent(double? ratio) => ratio is { } known ? Format.Percent(known) : "an unknown share";

    private static string Busiest(Evidence e) => e.Busiest.Count == 0 ? "unknown" : $"{e.Busiest[0].Command} (pid {e.Busiest[0].Pid})";
}
