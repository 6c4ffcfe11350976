namespace CommitRelay.Performance.Benchmarks.RateLimits;

/// <summary>The key's token bucket over a row's schedule, with the stranger who takes from it; the server's and the ideal's.</summary>
internal sealed class ScheduledBucket
{
    private readonly RateLimitRow _row;
    private readonly Random _strangers;
    private readonly bool _servesStrangerFirst;
    private double _at;
    private double _nextStranger = double.PositiveInfinity;

    /// <param name="row">The schedule.</param>
    /// <param name="seed">Of the stranger's times.</param>
    /// <param name="servesStrangerFirst">Keep a token for each of the stranger's calls, as who knows them all would.</param>
    public ScheduledBucket(RateLimitRow row, int seed, bool servesStrangerFirst)
    {
        _row = row;
        _strangers = new Random(seed);
        _servesStrangerFirst = servesStrangerFirst;
        Level = row.RequestBurst;
        TokenLevel = row.TokenRate;
        if (row.StrangerRate > 0)
            _nextStranger = StrangerPause();
    }

    public double Level { get; private set; }

    public double TokenLevel { get; private set; }

    /// <summary>The stranger's calls after the warm-up, and how many of them were refused.</summary>
    public int StrangerCalls { get; private set; }

    public int StrangerRefused { get; private set; }

    /// <summary>Lets time pass, and the stranger take what he comes for meanwhile.</summary>
    public void AdvanceTo(double time)
    {
        while (_nextStranger <= time)
        {
            Refill(_nextStranger);
            TakeForStranger();
            _nextStranger += StrangerPause();
        }

        Refill(time);
    }

    public bool TryTake(double time, int tokens)
    {
        AdvanceTo(time);
        if (_row.IsOut(time) || Level < 1 || (_row.TokenRate > 0 && TokenLevel < tokens))
            return false;
        Level--;
        TokenLevel -= tokens;
        return true;
    }

    private void TakeForStranger()
    {
        var isServed = _servesStrangerFirst || Level >= 1;
        if (isServed)
            Level--;
        if (_nextStranger < RateLimitRow.WarmUp)
            return;
        StrangerCalls++;
        StrangerRefused += isServed ? 0 : 1;
    }

    private void Refill(double time)
    {
        // The rate changes twice a run; what a call across the change gets wrong is below one permit.
        var elapsed = Math.Max(0, time - _at);
        Level = Math.Min(_row.RequestBurst, Level + (elapsed * _row.RateAt(time)));
        TokenLevel = Math.Min(_row.TokenRate, TokenLevel + (elapsed * _row.TokenRate));
        _at = Math.Max(_at, time);
    }

    private double StrangerPause() => -Math.Log(1 - _strangers.NextDouble()) / _row.StrangerRate;
}
