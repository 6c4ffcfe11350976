using CommitRelay.Performance.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CommitRelay.Performance.Queues;

/// <summary>How the tasks of a queue file are claimed, and what the claims write into the file.</summary>
public sealed class QueueClaimsOptions : TaskQueueOptions
{
    /// <summary>Where the tasks are and what their members are called. Its <see cref="QueueReaderOptions.OnMalformed"/> is told of each
    /// element that is passed over, of damage in the ledger, and of tasks without an id; null passes them over in silence. Its priorities are not used.</summary>
    public QueueReaderOptions Queue { get; set; } = new();

    /// <summary>Statuses of tasks that want work. Default <c>queued</c>, <c>pending</c>.</summary>
    public IList<string> OpenStatuses { get; set; } = ["queued", "pending"];

    /// <summary>The status written for a claimed task. Default <c>in_progress</c>.</summary>
    public string ClaimedStatus { get; set; } = "in_progress";

    /// <summary>The status written for a completed task. Default <c>completed</c>.</summary>
    public string CompletedStatus { get; set; } = "completed";

    /// <summary>The status written for a dead letter. Default <c>failed</c>.</summary>
    public string FailedStatus { get; set; } = "failed";

    /// <summary>The member that gets the instant of the claim; null for none. Default <c>started_at</c>.</summary>
    public string? StartedAtMember { get; set; } = "started_at";

    /// <summary>The member that gets the instant of completion; null for none. Default <c>completed_at</c>.</summary>
    public string? CompletedAtMember { get; set; } = "completed_at";

    /// <summary>The member that gets the reason of a dead letter; null for none. Default <c>error</c>.</summary>
    public string? ErrorMember { get; set; } = "error";

    /// <summary>How long states are gathered before they are written into the queue file. Default 1 second; a file that takes long to write is written less often.</summary>
    public TimeSpan MirrorInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a waiting claim looks at the file though nobody told it of a change. Default 1 second; thirty times as long where the folder can be watched.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the ledger remembers finished tasks that are gone from the file, so that a writer with old content cannot bring them back to life. Default 7 days.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(7);

    /// <summary>The ledger's path; null for the queue's with <c>.claims</c> behind it. All workers of a queue must use the same.</summary>
    public string? LedgerPath { get; set; }

    /// <summary>Is told when states cannot be written into the queue file, and when they can again. Default: nobody.</summary>
    public ILogger Logger { get; set; } = NullLogger.Instance;

    internal override void Validate()
    {
        base.Validate();
        ArgumentNullException.ThrowIfNull(Queue);
        ArgumentNullException.ThrowIfNull(OpenStatuses);
        ArgumentNullException.ThrowIfNull(Logger);
        Queue = Queue.Validated();
        if (OpenStatuses.Count == 0)
            throw new ArgumentException($"{nameof(OpenStatuses)} is empty: no task would ever be claimed.");
        foreach (var status in (string[])[ClaimedStatus, CompletedStatus, FailedStatus])
        {
            ArgumentException.ThrowIfNullOrEmpty(status);
            if (OpenStatuses.Contains(status))
                throw new ArgumentException($"{nameof(OpenStatuses)} holds '{status}', which is also a status that claims write: a finished task would look open again.");
        }

        if (Queue.Shape == QueueShape.JsonLines)
            throw new ArgumentException($"{nameof(Queue)}.{nameof(QueueReaderOptions.Shape)} is {QueueShape.JsonLines}; claims need an array of tasks.");
        if (MirrorInterval < TimeSpan.Zero || PollInterval <= TimeSpan.Zero || Retention < TimeSpan.Zero)
            throw new ArgumentException($"{nameof(MirrorInterval)} ({MirrorInterval}) and {nameof(Retention)} ({Retention}) must not be negative, {nameof(PollInterval)} ({PollInterval}) must be positive.");
    }

    /// <summary>Names that change while a task is worked on, and so do not belong to its identity.</summary>
    internal IReadOnlyCollection<byte[]> ChangingMembers()
        => [.. ((string?[])[StartedAtMember, CompletedAtMember, ErrorMember, "updated_at"]).OfType<string>().Select(System.Text.Encoding.UTF8.GetBytes), .. FirstNames(Queue.Members.Status), .. FirstNames(Queue.Members.Priority)];

    private static IEnumerable<byte[]> FirstNames(JsonPath path) => path.Segments is [{ IsName: true } first, ..] ? [first.NameBytes] : [];
}
