namespace CommitRelay.Performance.Events;

/// <summary>
/// How group commit keeps its group together. Those whom one fsync served are likely on their way with their next event; an fsync that begins
/// without them, for those who came meanwhile, splits the callers into two halves, and each then waits for two.
/// </summary>
internal sealed partial class EventFile
{
    private const int MostSkips = 64;

    /// <summary>Ends the wait under a clock that stands still.</summary>
    private const int MostYields = 1000;
    private static readonly TimeSpan MostPatience = TimeSpan.FromTicks(200 * TimeSpan.TicksPerMicrosecond);

    // Under the gate.
    private int _durableCallers;

    // Of the last fsync: whom it served, who waited already when it was done, when that was, and how long it is worth waiting for the others.
    private int _served;
    private int _stillWaiting;
    private long _syncedAt;
    private TimeSpan _patience;

    private int _skips;
    private int _skipsLeft;

    private void NoteCompany(TimeSpan sync)
    {
        _stillWaiting = Volatile.Read(ref _durableCallers);
        _syncedAt = _time.GetTimestamp();
        _patience = sync < MostPatience ? sync : MostPatience;
    }

    /// <summary>Waits for as long as an fsync takes at most, and less and less often where few come.</summary>
    private void AwaitCompany()
    {
        var expected = _served;
        _served = 0;
        if (expected == 0 || !IsWorthIt() || _skipsLeft-- > 0)
            return;
        for (var n = 0; n < MostYields && Came() < expected && IsWorthIt(); n++)
            Thread.Yield();
        _skips = Came() * 2 >= expected ? 0 : Math.Clamp(_skips * 2, 1, MostSkips);
        _skipsLeft = _skips;

        int Came() => Volatile.Read(ref _durableCallers) - _stillWaiting;

        bool IsWorthIt() => _time.GetElapsedTime(_syncedAt) < _patience;
    }
}
