namespace CommitRelay.Performance.Queues;

/// <summary>What an array of tasks holds. Of a repeated member the last one counts.</summary>
/// <param name="Tasks">Elements of the array, whatever they are.</param>
/// <param name="ByStatus">By <c>status</c>.</param>
/// <param name="ByPriority">By <c>priority</c>.</param>
/// <param name="ByType">By <c>type</c>.</param>
/// <param name="RepeatedIds">Ids (<c>id</c>, else <c>task_id</c>) that more than one task has, in ordinal order.</param>
public sealed record QueueFigures(long Tasks, QueueCounts ByStatus, QueueCounts ByPriority, QueueCounts ByType, IReadOnlyList<string> RepeatedIds);
