namespace CommitRelay.Performance.Monitoring;

/// <summary>One moment of a task's story.</summary>
/// <param name="At">When; null where the source does not tell.</param>
/// <param name="What">What happened, in a word: "created", "claimed", "task_completed", …</param>
/// <param name="Source">Who tells: "queue", "ledger", "events", "worker spec", "snapshots".</param>
/// <param name="Detail">The particulars, in words.</param>
public sealed record StoryMoment(DateTimeOffset? At, string What, string Source, string Detail);
