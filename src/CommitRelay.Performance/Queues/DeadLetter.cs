namespace CommitRelay.Performance.Queues;

/// <summary>A task that failed, or whose lease ended without a word, too often to be handed out again.</summary>
/// <param name="Identity">Which task.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Reason">Why the last attempt failed; null when nobody said.</param>
/// <param name="At">When it was given up.</param>
public readonly record struct DeadLetter(TaskIdentity Identity, int Attempts, string? Reason, DateTimeOffset At);
