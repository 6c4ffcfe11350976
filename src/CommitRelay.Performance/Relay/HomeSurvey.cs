using CommitRelay.Performance.Probes;
using CommitRelay.Performance.Queues;

namespace CommitRelay.Performance.Relay;

/// <summary>The queue at one moment.</summary>
/// <param name="Tasks">Elements of <c>tasks</c>.</param>
/// <param name="ByStatus">By status.</param>
/// <param name="StartWaits">From <c>created_at</c> to <c>started_at</c>.</param>
/// <param name="AssignWaits">From <c>created_at</c> to <c>assigned_at</c>.</param>
public sealed record HomeQueue(long Tasks, QueueCounts ByStatus, QueueWaits StartWaits, QueueWaits AssignWaits);

/// <summary>A home at one moment: its files, queue, workers, tokens, and how fresh its streams are. Taken by <see cref="HomeProbe"/>.</summary>
/// <remarks>Immutable. What could not be read is in <see cref="Invalid"/>; the rest stands.</remarks>
public sealed class HomeSurvey
{
    internal HomeSurvey()
    {
    }

    /// <summary>When it was taken.</summary>
    public DateTimeOffset At { get; internal init; }

    /// <summary>What the walk found.</summary>
    public required HomeFiles Files { get; init; }

    /// <summary>The queue; null when there is none that can be read.</summary>
    public HomeQueue? Queue { get; internal init; }

    /// <summary>The folders of worker specs, by path.</summary>
    public required IReadOnlyList<WorkerSpecFolder> SpecFolders { get; init; }

    /// <summary>Who uses the tokens.</summary>
    public required TokenUse Tokens { get; init; }

    /// <summary>Seconds since the newest event; negative when its stamp lies in the future.</summary>
    public Reading<double> EventAge { get; internal init; }

    /// <summary>Seconds since the newest line of <c>metrics-snapshots.jsonl</c>.</summary>
    public Reading<double> SnapshotAge { get; internal init; }

    /// <summary>Seconds since the newest heartbeat, of an active worker or of <c>events/heartbeat-events.jsonl</c>.</summary>
    public Reading<double> HeartbeatAge { get; internal init; }

    /// <summary>The workers whose specs in <c>worker-specs/active</c> can be read: their process, their age, whether they are stale or run too long.</summary>
    public required IReadOnlyList<ActiveWorker> Active { get; init; }

    /// <summary>Files and folders that could not be used, and why: queue, specs, budget, streams, folders of the walk.</summary>
    public required IReadOnlyList<InvalidFile> Invalid { get; init; }

    /// <summary>How long workers took, of all folders.</summary>
    /// <param name="span">Between which two times.</param>
    /// <returns>The durations.</returns>
    public WorkerDurations Durations(WorkerSpan span) => WorkerDurations.Of(SpecFolders.SelectMany(static folder => folder.Specs), span);
}
