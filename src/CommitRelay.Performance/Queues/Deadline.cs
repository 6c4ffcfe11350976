namespace CommitRelay.Performance.Queues;

/// <summary>The end of a wait that may be cut into several. It is measured by a clock that nobody sets.</summary>
internal readonly struct Deadline
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly TimeSpan _wait;

    private Deadline(TimeProvider time, TimeSpan wait) => (_time, _start, _wait) = (time, time.GetTimestamp(), wait);

    internal bool IsOver => Left <= TimeSpan.Zero;

    private TimeSpan Left => _wait == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : _wait - _time.GetElapsedTime(_start);

    internal static Deadline In(TimeSpan wait, TimeProvider time)
        => wait >= TimeSpan.Zero || wait == Timeout.InfiniteTimeSpan
            ? new Deadline(time, wait)
            : throw new ArgumentOutOfRangeException(nameof(wait), wait, "A wait is zero, positive or Timeout.InfiniteTimeSpan.");

    /// <summary>Waits for a signal, for a time at most, or for the deadline.</summary>
    internal async Task WaitAsync(Task signalled, TimeSpan most, CancellationToken cancellationToken)
    {
        var pause = Left < most ? Left : most;
        if (pause <= TimeSpan.Zero)
            return;

        // Nothing is thrown when the time is over: that is the ordinary end, and an idle worker should cost nothing.
        await signalled.WaitAsync(pause < Longest ? pause : Longest, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
