namespace CommitRelay.Performance.Queues;

/// <summary>What the claims say of a task.</summary>
internal enum TaskState
{
    /// <summary>Not claimed: new, given back, failed and to be retried, or its lease is over.</summary>
    Open,

    /// <summary>Open again though it was done or a dead letter: a person wants it tried anew.</summary>
    Reopened,

    /// <summary>Claimed; the lease may be over.</summary>
    Leased,

    /// <summary>Done.</summary>
    Completed,

    /// <summary>Failed or left lying too often.</summary>
    Dead,
}
