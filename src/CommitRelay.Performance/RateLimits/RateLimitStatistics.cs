namespace CommitRelay.Performance.RateLimits;

/// <summary>Counts what clients did about rate limits, for a program's own summary. Thread-safe; the counts only grow.</summary>
public sealed class RateLimitStatistics
{
    private static readonly AsyncLocal<RateLimitStatistics?> CurrentTask = new();

    private readonly long[] _refusals = new long[Enum.GetValues<RateLimitKind>().Length];
    private long _requests;
    private long _served;
    private long _retries;
    private long _gaveUp;
    private long _pacedTicks;
    private long _backoffTicks;

    /// <summary>The counts now; each is exact, but calls may end between the reading of two of them.</summary>
    public RateLimitSnapshot Snapshot() => new(
        Interlocked.Read(ref _requests),
        Interlocked.Read(ref _served),
        Refusals(RateLimitKind.RateLimited),
        Refusals(RateLimitKind.Overloaded),
        Refusals(RateLimitKind.Unavailable),
        Refusals(RateLimitKind.ConnectionReset),
        Refusals(RateLimitKind.SpendCap),
        Interlocked.Read(ref _retries),
        Interlocked.Read(ref _gaveUp),
        TimeSpan.FromTicks(Interlocked.Read(ref _pacedTicks)),
        TimeSpan.FromTicks(Interlocked.Read(ref _backoffTicks)));

    /// <summary>Counts what the calls of one task do, beside what their client counts: set around the task's work, it follows the work wherever it awaits.</summary>
    internal static RateLimitStatistics? OfTask
    {
        get => CurrentTask.Value;
        set => CurrentTask.Value = value;
    }

    internal void OnSent()
    {
        Also?.OnSent();
        Interlocked.Increment(ref _requests);
    }

    internal void OnAnswered(RateLimitKind kind)
    {
        Also?.OnAnswered(kind);
        if (kind == RateLimitKind.None)
            Interlocked.Increment(ref _served);
        else
            Interlocked.Increment(ref _refusals[(int)kind]);
    }

    internal void OnPaced(TimeSpan wait)
    {
        Also?.OnPaced(wait);
        Interlocked.Add(ref _pacedTicks, wait.Ticks);
    }

    internal void OnRetry(TimeSpan wait)
    {
        Also?.OnRetry(wait);
        Interlocked.Increment(ref _retries);
        Interlocked.Add(ref _backoffTicks, wait.Ticks);
    }

    internal void OnGaveUp()
    {
        Also?.OnGaveUp();
        Interlocked.Increment(ref _gaveUp);
    }

    private RateLimitStatistics? Also => CurrentTask.Value is { } task && task != this ? task : null;

    private long Refusals(RateLimitKind kind) => Interlocked.Read(ref _refusals[(int)kind]);
}

/// <summary>Counts of one moment.</summary>
/// <param name="Requests">Attempts sent, retries included.</param>
/// <param name="Served">Attempts answered by anything but a rate limit.</param>
/// <param name="RateLimited">Attempts refused with 429.</param>
/// <param name="Overloaded">Attempts refused with 529.</param>
/// <param name="Unavailable">Attempts refused with 503.</param>
/// <param name="ConnectionResets">Attempts whose connection was reset.</param>
/// <param name="SpendCaps">Attempts refused because money or quota is used up.</param>
/// <param name="Retries">Attempts that repeat a refused one.</param>
/// <param name="GaveUp">Calls that ended in a <see cref="RateLimitedException"/>.</param>
/// <param name="PacingDelay">Time that calls waited for permits, summed over all calls.</param>
/// <param name="BackoffDelay">Time that calls waited before a retry, summed over all calls.</param>
public readonly record struct RateLimitSnapshot(
    long Requests,
    long Served,
    long RateLimited,
    long Overloaded,
    long Unavailable,
    long ConnectionResets,
    long SpendCaps,
    long Retries,
    long GaveUp,
    TimeSpan PacingDelay,
    TimeSpan BackoffDelay);
