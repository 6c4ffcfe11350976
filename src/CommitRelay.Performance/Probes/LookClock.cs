namespace CommitRelay.Performance.Probes;

/// <summary>Measures the interval between the looks of one probe by the monotonic clock.</summary>
internal struct LookClock(TimeProvider time)
{
    private long _last;
    private bool _started;

    internal Look Next()
    {
        var now = time.GetTimestamp();
        var seconds = _started ? time.GetElapsedTime(_last, now).TotalSeconds : 0;
        _last = now;
        _started = true;
        return new Look(time.GetUtcNow(), seconds);
    }
}
