using System.Diagnostics.Metrics;

namespace CommitRelay.Performance.Queues;

/// <summary>What becomes of claims, as instruments; each carries the queue file's name.</summary>
internal sealed class QueueMetrics(string path)
{
    private static readonly Counter<long> ClaimedTasks = Telemetry.Meter.CreateCounter<long>("commitrelay.queue.claimed", "{task}", "Tasks claimed by this process.");
    private static readonly Counter<long> CompletedTasks = Telemetry.Meter.CreateCounter<long>("commitrelay.queue.completed", "{task}", "Tasks completed by this process.");
    private static readonly Counter<long> FailedTasks = Telemetry.Meter.CreateCounter<long>("commitrelay.queue.failed", "{task}", "Attempts that this process said had failed.");
    private static readonly Counter<long> AbandonedTasks = Telemetry.Meter.CreateCounter<long>("commitrelay.queue.abandoned", "{task}", "Tasks given back undone by this process.");
    private static readonly Counter<long> LostClaims = Telemetry.Meter.CreateCounter<long>("commitrelay.queue.lost", "{task}", "Claims found to be no longer held.");
    private static readonly Histogram<double> MirrorDuration = Telemetry.Meter.CreateHistogram<double>("commitrelay.queue.mirror.duration", "s", "Time of writing states into the queue file.");

    private readonly KeyValuePair<string, object?> _file = new("commitrelay.queue.file", Path.GetFileName(path));

    internal void Claimed(int tasks) => ClaimedTasks.Add(tasks, _file);

    internal void Lost(int tasks) => LostClaims.Add(tasks, _file);

    internal void Mirrored(TimeSpan duration) => MirrorDuration.Record(duration.TotalSeconds, _file);

    internal void Changed(LedgerOperation operation, int tasks)
    {
        switch (operation)
        {
            case LedgerOperation.Complete: CompletedTasks.Add(tasks, _file); break;
            case LedgerOperation.Fail: FailedTasks.Add(tasks, _file); break;
            case LedgerOperation.Abandon: AbandonedTasks.Add(tasks, _file); break;
            default: break;
        }
    }
}
