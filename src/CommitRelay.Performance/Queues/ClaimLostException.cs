namespace CommitRelay.Performance.Queues;

/// <summary>Claims are no longer held: the lease ended and another has the task, or it is done or given back. What was asked for the other claims of the call is done.</summary>
public sealed class ClaimLostException : InvalidOperationException
{
    /// <summary>Creates the exception and its message.</summary>
    /// <param name="lost">The tasks whose claims are lost.</param>
    public ClaimLostException(IReadOnlyList<TaskIdentity> lost)
        : base($"{lost?.Count} {(lost?.Count == 1 ? "claim is" : "claims are")} no longer held: {string.Join(", ", lost ?? [])}. Another worker has the task, or it is done or given back; its result must not be used.")
        => Lost = lost ?? [];

    /// <summary>The tasks whose claims are lost.</summary>
    public IReadOnlyList<TaskIdentity> Lost { get; }
}
