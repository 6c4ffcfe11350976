namespace CommitRelay.Performance.Queues;

/// <summary>One thing that happened to a task, as its queue's ledger tells.</summary>
/// <param name="Task">Which task; ids repeat, so look at the occurrence.</param>
/// <param name="Kind">What happened.</param>
/// <param name="At">When; null where the ledger does not tell.</param>
/// <param name="Worker">Who had claimed it, or claimed it now; null for what no worker did.</param>
/// <param name="Fence">The claim's fencing token; 0 for what belongs to no claim.</param>
/// <param name="Attempt">The claim's attempt, 1 for the first; 0 where the ledger does not tell.</param>
/// <param name="Until">Of a claim or renewal: the lease's end. Of a failure or a task given back: the instant before which it is not handed out. Else null.</param>
/// <param name="Reason">Why it failed; null for none.</param>
/// <param name="TraceId">The W3C trace id of the activity that the claim was made in; null for none.</param>
/// <param name="IsSummary">True when the ledger was compacted after this: what happened before the last claim is no longer told.</param>
public sealed record TaskEvent(
    TaskIdentity Task,
    TaskEventKind Kind,
    DateTimeOffset? At,
    string? Worker,
    long Fence,
    int Attempt,
    DateTimeOffset? Until,
    string? Reason,
    string? TraceId,
    bool IsSummary);
