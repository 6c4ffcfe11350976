namespace CommitRelay.Performance.Queues;

/// <summary>How a queue of claims hands out tasks.</summary>
public class TaskQueueOptions
{
    /// <summary>How long a claim is good for without a renewal. Default 5 minutes; at least 10 ms, at most 30 days. Take several times the longest pause of a healthy worker.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How often a task may be tried, counting failures and leases that ended without a word. Default 3, at least 1; then it is a dead letter.</summary>
    public int MaxAttempts { get; set; } = 3;

    /// <summary>The pause after a first failure, zero or more; doubled at each further one, up to <see cref="MaxRetryDelay"/>. Default 1 second.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause after a failure. Default 5 minutes.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Priorities from the most urgent down; other values, and none, come last. Default critical, high, medium, low.</summary>
    public IList<string> PriorityOrder { get; set; } = ["critical", "high", "medium", "low"];

    /// <summary>Who claims, for people and for the ledger. Default <c>machine:process id</c>.</summary>
    public string WorkerName { get; set; } = $"{Environment.MachineName}:{Environment.ProcessId}";

    /// <summary>The clock of leases and delays. Default <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message names it, its value and its limits.</exception>
    internal virtual void Validate()
    {
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentNullException.ThrowIfNull(PriorityOrder);
        ArgumentException.ThrowIfNullOrEmpty(WorkerName);
        if (Lease < TimeSpan.FromMilliseconds(10) || Lease > TimeSpan.FromDays(30))
            throw new ArgumentException($"{nameof(Lease)} is {Lease}; it must lie between 10 ms and 30 days.");
        if (MaxAttempts < 1)
            throw new ArgumentException($"{nameof(MaxAttempts)} is {MaxAttempts}; it must be at least 1.");
        if (RetryDelay < TimeSpan.Zero || RetryDelay > MaxRetryDelay)
            throw new ArgumentException($"{nameof(RetryDelay)} is {RetryDelay}; it must lie between 0 and {nameof(MaxRetryDelay)} ({MaxRetryDelay}).");
    }

    internal TimeSpan DelayAfter(int attempt)
        => TimeSpan.FromTicks((long)Math.Min(MaxRetryDelay.Ticks, RetryDelay.Ticks * Math.Pow(2, Math.Min(attempt - 1, 40))));

    internal int RankOf(string? priority)
    {
        var rank = priority is null ? -1 : PriorityOrder.IndexOf(priority);
        return rank < 0 ? PriorityOrder.Count : rank;
    }
}
