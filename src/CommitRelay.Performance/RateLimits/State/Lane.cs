namespace CommitRelay.Performance.RateLimits.State;

/// <summary>
/// One limit as a line of places. Calls take places at <see cref="Tail"/>; <see cref="Released"/> grows with time at <see cref="Rate"/>,
/// and a place is due when it is passed. When the rate changes, all places move at once: nobody has to be told.
/// </summary>
internal struct Lane
{
    /// <summary>Units per second; 0 while the lane limits nobody.</summary>
    public double Rate;

    /// <summary>What the line may release without waiting after an idle time.</summary>
    public double Burst;

    /// <summary>Units released up to <see cref="At"/>.</summary>
    public double Released;

    /// <summary>When <see cref="Released"/> was right, in seconds of the state's clock.</summary>
    public double At;

    /// <summary>Units that places have been given for.</summary>
    public double Tail;

    /// <summary>The furthest place that has gone, or is taken for lost.</summary>
    public double Gone;

    /// <summary>The server's bucket, as far as it has been seen, in units.</summary>
    public double Capacity;

    /// <summary>What we leave in the server's bucket, for jitter and for strangers, in units.</summary>
    public double Reserve;

    /// <summary>How far the documented meaning of the limit has been confirmed by what the server does.</summary>
    public double Trust;

    /// <summary>Units per second that strangers use, as the corrections tell.</summary>
    public double Drift;

    public readonly double Pace => Rate - Drift;

    public readonly bool IsActive => Rate > 0;

    /// <summary>Lets time pass; <paramref name="elapsed"/> is the time since <see cref="At"/>, less what a ramp withholds.</summary>
    public void Accrue(double now, double elapsed)
    {
        if (elapsed > 0)
            Released += Pace * elapsed;
        Released = Math.Min(Released, Gone + Burst);
        At = now;
    }

    /// <summary>
    /// Takes the places that are due for lost when the bucket is full meanwhile and yet somebody behind them still waits: their holders
    /// died or are late. Should the late ones come together, they are no more than the bucket holds.
    /// </summary>
    public void PassLost(double position)
    {
        if (position > Released && Released >= Gone + Burst)
            Gone = Released;
    }

    /// <summary>Seconds until a position is released; 0 when it is.</summary>
    public readonly double WaitFor(double position)
    {
        const double rounding = 1e-9;
        return !IsActive || position <= Released + rounding ? 0 : (position - Released) / Pace;
    }

    public void Shift(double units) => Released = Math.Min(Released + units, Gone + Burst);
}
