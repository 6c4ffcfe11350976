namespace CommitRelay.Performance.Queues;

/// <summary>The time between two instants of one task.</summary>
/// <param name="Id">The task's identity; null when it has none.</param>
/// <param name="Index">0-based place among all elements of the file.</param>
/// <param name="Seconds">Whole seconds; negative when the file says so.</param>
public sealed record QueueWait(string? Id, long Index, long Seconds);
