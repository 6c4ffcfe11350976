namespace CommitRelay.Performance.Queues;

/// <summary>The end of a wait that may be cut into several.</summary>
internal readonly struct Deadline
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);
    private readonly TimeProvider _time;
    private readonly DateTimeOffset _end;

    private Deadline(TimeProvider time, DateTimeOffset end) => (_time, _end) = (time, end);

    internal bool IsOver => _end <= _time.GetUtcNow();

    internal static Deadline In(TimeSpan wait, TimeProvider time)
    {
        if (wait < TimeSpan.Zero && wait != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(nameof(wait), wait, "A wait is zero, positive or Timeout.InfiniteTimeSpan.");
        var now = time.GetUtcNow();
        return new Deadline(time, wait == Timeout.InfiniteTimeSpan || wait > DateTimeOffset.MaxValue - now ? DateTimeOffset.MaxValue : now + wait);
    }

    /// <summary>Waits for a signal, for an instant, or for the deadline.</summary>
    internal async Task WaitAsync(Task signalled, DateTimeOffset? instant, CancellationToken cancellationToken)
    {
        var until = instant < _end ? instant.Value : _end;
        var pause = until - _time.GetUtcNow();
        if (pause <= TimeSpan.Zero)
            return;
        try
        {
            await signalled.WaitAsync(pause < Longest ? pause : Longest, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The instant has come.
        }
    }
}
