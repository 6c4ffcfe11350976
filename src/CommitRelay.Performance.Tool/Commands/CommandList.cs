using System.CommandLine;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary>All commands, in the order of the help.</summary>
internal static class CommandList
{
    public static IEnumerable<Command> All(ToolHost host) =>
    [
        DiagnoseCommand.Create(host),
        ResourcesCommand.Create(host),
        ProcessesCommand.Create(host),
        FilesCommand.Create(host),
        new Command("queue", "The task queue: read, count, change.")
        {
            QueueStatsCommand.Create(host),
            QueueWaitsCommand.Create(host),
            QueueReadCommand.Create(host),
            QueuePrioritizeCommand.Create(host),
            QueueSplitCommand.Create(host),
            QueueArchiveCommand.Create(host),
            QueueSetCommand.Create(host),
            QueueAddCommand.Create(host),
            QueueWatchCommand.Create(host),
        },
        new Command("workers", "Worker specs: the active ones, stale ones, durations.")
        {
            WorkerListCommand.Create(host),
            WorkerUpkeepCommands.CreateStale(host),
            WorkerUpkeepCommands.CreateArchive(host),
            WorkerDurationsCommand.Create(host),
            WorkerDurationsCommand.CreateSpawnTimes(host),
        },
        TokensCommand.Create(host),
        new Command("events", "Event files: read, count, append, roll.")
        {
            EventStatsCommand.Create(host),
            EventReadCommand.Create(host),
            EventAppendCommand.Create(host),
            EventEmitCommand.Create(host),
            EventTrimCommand.Create(host),
            EventCompressCommand.Create(host),
            EventRollCommand.Create(host),
        },
        new Command("config", "One member of a JSON file.")
        {
            ConfigGetCommand.Create(host),
            ConfigSetCommand.Create(host),
        },
        LogCommands.Create(host),
        CleanCommands.Create(host),
        TaskCommand.Create(host),
        UndoCommand.Create(host),
        LockCommand.Create(host),
        MonitorCommand.Create(host),
        WatchCommand.Create(host),
        ReportCommand.Create(host),
        VerifyCommand.Create(host),
    ];
}
