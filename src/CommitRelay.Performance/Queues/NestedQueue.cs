namespace CommitRelay.Performance.Queues;

/// <summary>A <c>tasks</c> array in a task: some writers wrap the whole queue in one task.</summary>
/// <param name="Index">0-based place of the task that holds it.</param>
/// <param name="Figures">What it holds; not part of the queue's own figures.</param>
public sealed record NestedQueue(long Index, QueueFigures Figures);
