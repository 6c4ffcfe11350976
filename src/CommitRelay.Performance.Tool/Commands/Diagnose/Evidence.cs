using CommitRelay.Performance.Events;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.Probes;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.Relay;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary>What a diagnosis is made of: each part of the home looked at once. What cannot be read is evidence too, never the end of the diagnosis.</summary>
internal sealed record Evidence(ResourcesAnswer Resources, IReadOnlyList<ProcessAnswer> Busiest, QueueFiguresAnswer Queue, WorkerFiguresAnswer Workers, EventFiguresAnswer Events, FileFiguresAnswer Files, LogFiguresAnswer Logs)
{
    private const long LargeJson = 10L << 20;
    private const long LargeFile = 100L << 20;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    public static async Task<Evidence> GatherAsync(CommandRun run)
    {
        using var machine = new HostProbe(new ProbeOptions { Time = run.Time });
        using var disk = new DiskProbe(run.Home.Root, new ProbeOptions { Time = run.Time });
        var processes = new ProcessProbe(new ProbeOptions { Time = run.Time });

        // The machine is judged before the home is read: reading it is load of our own.
        machine.Sample();
        disk.Sample();
        processes.Sample();
        await Task.Delay(Interval, run.Time, run.Stop).ConfigureAwait(false);
        var resources = ResourcesAnswer.Of(machine.Sample(), disk.Sample());
        var busiest = processes.Sample().Top(3, ProcessOrder.Cpu).Select(process => ProcessAnswer.Of(process, processes)).ToList();

        // Most of it is read for its lines and for what it means.
        var files = FilesOf(run);
        run.Progress.Expect(2 * files.Bytes);

        // Queue and events take a processor as long as the many files take another.
        var streams = Task.Run(async () => (Queue: await QueueAsync(run).ConfigureAwait(false), Events: await EventsAsync(run).ConfigureAwait(false)), run.Stop);
        var (workers, logs) = await Task.Run(() => (WorkersOf(run), LogsOf(run)), run.Stop).ConfigureAwait(false);
        var (queue, events) = await streams.ConfigureAwait(false);
        return new Evidence(resources, busiest, queue, workers, events, files, logs);
    }

    public static async Task<QueueFiguresAnswer> QueueAsync(CommandRun run)
    {
        var path = run.Home.TaskQueue;
        try
        {
            var started = run.Time.GetTimestamp();
            var survey = await QueueSurvey.ReadAsync(path, Inputs.Cores, run.Stop).ConfigureAwait(false);
            var seconds = run.Time.GetElapsedTime(started).TotalSeconds;
            var phases = QueuePhases.Of(survey.Figures.ByStatus);
            var waits = survey.HasTasksArray ? await LongerWaitsAsync(path, run.Stop).ConfigureAwait(false) : null;
            return new QueueFiguresAnswer(survey.Bytes, survey.Figures.Tasks, phases.Queued, phases.Running, phases.Finished, survey.Figures.RepeatedIds, survey.Nested.Sum(static nested => nested.Figures.Tasks), waits?.Count ?? 0, waits?.Max, waits?.Mean, seconds, null) { ByStatus = survey.Figures.ByStatus.Named() };
        }
        catch (Exception fault) when (IsFault(fault))
        {
            return new QueueFiguresAnswer(null, null, 0, 0, 0, [], 0, 0, null, null, null, fault.Message);
        }
    }

    /// <summary>Until a task started, else until it was assigned: few real tasks say when they started.</summary>
    private static async Task<QueueWaits> LongerWaitsAsync(string path, CancellationToken stop)
    {
        var reader = new QueueReader();
        var started = await reader.WaitsAsync(path, "created_at", "started_at", cancellationToken: stop).ConfigureAwait(false);
        return started.Count > 0 ? started : await reader.WaitsAsync(path, "created_at", "assigned_at", cancellationToken: stop).ConfigureAwait(false);
    }

    private static WorkerFiguresAnswer WorkersOf(CommandRun run)
    {
        var (budget, fault) = TokensCommand.ReadBudget(run);
        var specs = WorkerSpecSurvey.Read(run.Home, budget, new ProcessProbe(new ProbeOptions { Time = run.Time }), run.Time.GetUtcNow(), run.Stop);
        return WorkerFiguresAnswer.Of(specs, TokensAnswer.Of(budget, fault, specs.Tokens));
    }

    private static async Task<EventFiguresAnswer> EventsAsync(CommandRun run)
    {
        try
        {
            var survey = await EventSurvey.ReadAsync(run.Home.Events, run.Stop).ConfigureAwait(false);
            return new EventFiguresAnswer(survey.Bytes, survey.Records.Count, survey.DamagedCount, survey.Records.Timestamps.Latest, null);
        }
        catch (Exception fault) when (IsFault(fault))
        {
            return new EventFiguresAnswer(0, 0, 0, null, fault.Message);
        }
    }

    private static FileFiguresAnswer FilesOf(CommandRun run)
    {
        var files = HomeFiles.Walk(run.Home, new HomeFilesOptions { Largest = 20, SizeThresholds = [LargeFile] }, run.Stop);
        var largeJson = files.Largest.Where(static file => file.Bytes > LargeJson && file.Path.EndsWith(".json", StringComparison.Ordinal)).Select(file => run.Home.Relative(file.Path));
        return new FileFiguresAnswer(files.Files, files.Bytes, files.EmptyFiles, [.. largeJson], files.LargerThan[0].Files, files.Snapshots.Files);
    }

    private static LogFiguresAnswer LogsOf(CommandRun run)
    {
        var refused = LogScan.RefusedCalls(run.Home, new LogScanOptions { Last = 1, ByFile = false }, run.Stop);
        return new LogFiguresAnswer(refused.LinesTotal, refused.Last.Count > 0 ? $"{refused.Last[0].File}:{refused.Last[0].Line}" : null, LogScan.Errors(run.Home, new LogScanOptions { Last = 0, ByFile = false }, run.Stop).LinesTotal);
    }

    public static bool IsFault(Exception fault) => fault is IOException or UnauthorizedAccessException or JsonFormatException or InvalidDataException;
}
