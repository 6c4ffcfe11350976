namespace CommitRelay.Performance.Monitoring;

/// <summary>Metrics whose cost grows with the home: looked at again only when that takes no more than its share of one processor; what was seen last stands meanwhile.</summary>
internal sealed class PacedLook(double share, TimeProvider time)
{
    private MonitorSample? _last;
    private long _endedAt;
    private TimeSpan _pause;

    /// <summary>Gives a sample these metrics.</summary>
    public void Take(SampleBuilder sample, Action<SampleBuilder> look)
    {
        if (_last is null || time.GetElapsedTime(_endedAt) >= _pause)
        {
            var started = time.GetTimestamp();
            var seen = new SampleBuilder(sample.At);
            look(seen);
            _last = seen.Build();
            _endedAt = time.GetTimestamp();
            _pause = time.GetElapsedTime(started, _endedAt) / share;
        }

        sample.Take(_last);
    }
}
