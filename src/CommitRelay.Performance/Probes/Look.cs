namespace CommitRelay.Performance.Probes;

/// <summary>One look of a probe: its time, and the seconds since the look before (0 at the first). Makes the readings of that moment.</summary>
internal readonly record struct Look(DateTimeOffset At, double Seconds)
{
    internal const string First = "a rate needs two samples";
    internal const string NotVerified = "not verified on this platform";
    internal const string TooSoon = "no time passed since the sample before";

    internal Reading<T> Known<T>(T value, string unit)
        where T : struct => new(value, null, unit, At);

    internal Reading<T> Unknown<T>(string because, string unit)
        where T : struct => new(default, because, unit, At);

    /// <summary>The value, or the reason why there is none. Nothing that a system counts is below zero, or no number: a file that says so is not readable.</summary>
    internal Reading<T> Of<T>(T? value, string because, string unit)
        where T : struct => value is { } known && CanBe(known) ? Known(known, unit) : Unknown<T>(because, unit);

    /// <summary>How fast a counter grows. One that fell was reset: its new value is all that is known to have been added.</summary>
    internal Reading<double> Rate(long? now, long? before, string because, string unit, double scale = 1)
    {
        if (now is not { } value)
            return Unknown<double>(because, unit);
        if (before is not { } last)
            return Unknown<double>(First, unit);
        return Seconds > 0
            ? Of<double>(Grown(value, last) * scale / Seconds, because, unit)
            : Unknown<double>(TooSoon, unit);
    }

    /// <summary>The growth of one counter as a share of another's.</summary>
    internal Reading<double> Share(long? part, long? partBefore, long? whole, long? wholeBefore, string because)
    {
        if (part is not { } partNow || whole is not { } wholeNow)
            return Unknown<double>(because, Units.Ratio);
        if (partBefore is not { } partLast || wholeBefore is not { } wholeLast)
            return Unknown<double>(First, Units.Ratio);
        var all = Grown(wholeNow, wholeLast);
        return Of<double>(all > 0 ? Math.Min(1, (double)Grown(partNow, partLast) / all) : 0, because, Units.Ratio);
    }

    private static bool CanBe<T>(T value)
        where T : struct => value switch
        {
            long count => count >= 0,
            double number => number >= 0 && double.IsFinite(number),
            _ => true,
        };

    private static long Grown(long now, long before) => now >= before ? now - before : now;
}
