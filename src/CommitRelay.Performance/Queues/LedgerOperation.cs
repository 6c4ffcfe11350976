namespace CommitRelay.Performance.Queues;

/// <summary>What a line of the ledger says happened.</summary>
internal enum LedgerOperation
{
    /// <summary>A task came in through the queue, not through the file; the line holds its text.</summary>
    Add,
    Claim,
    Renew,
    Complete,
    Fail,
    Bury,
    Abandon,
    Reopen,

    /// <summary>A task that was added through the queue now stands in the file.</summary>
    Show,

    /// <summary>Everything known of a task, written by a compaction.</summary>
    State,
}
