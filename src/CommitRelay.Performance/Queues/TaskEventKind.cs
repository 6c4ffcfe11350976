namespace CommitRelay.Performance.Queues;

/// <summary>What happened to a task.</summary>
public enum TaskEventKind
{
    /// <summary>It was added through <see cref="ITaskQueue{T}.AddAsync"/>. Tasks that came in through the queue file have no such event.</summary>
    Added,

    /// <summary>A worker claimed it.</summary>
    Claimed,

    /// <summary>Its lease was extended.</summary>
    Renewed,

    /// <summary>It was done.</summary>
    Completed,

    /// <summary>An attempt failed; it is handed out again.</summary>
    Failed,

    /// <summary>The last attempt failed, or its lease ended without a word: a dead letter.</summary>
    DeadLettered,

    /// <summary>It was given back undone.</summary>
    Abandoned,

    /// <summary>A person had it tried again: <see cref="QueueClaims{T}.RetryAsync"/>.</summary>
    Reopened,

    /// <summary>An added task was written into the queue file.</summary>
    Shown,
}
