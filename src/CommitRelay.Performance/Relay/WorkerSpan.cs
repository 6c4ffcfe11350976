namespace CommitRelay.Performance.Relay;

/// <summary>Between which two times of a worker.</summary>
public enum WorkerSpan
{
    /// <summary>From <c>created_at</c> to the end.</summary>
    CreatedToEnd,

    /// <summary>From <c>execution.started_at</c> to the end.</summary>
    StartedToEnd,

    /// <summary>From <c>created_at</c> to <c>execution.started_at</c>: how long the spawn took.</summary>
    CreatedToStart,
}
