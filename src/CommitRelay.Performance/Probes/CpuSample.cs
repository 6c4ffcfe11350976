namespace CommitRelay.Performance.Probes;

/// <summary>The processors: how busy, how many, and how many this process may use. Shares are over the interval since the sample before.</summary>
public sealed class CpuSample
{
    internal Reading<double>[] CoreReadings { get; set; } = [];

    /// <summary>Share of all cores' time that was not idle (waiting for I/O counts as idle); 0 to 1.</summary>
    public Reading<double> Utilization { get; internal set; }

    /// <summary>The same for each core, by its number; one that is offline is unknown. The list is filled anew by the next sample into this object.</summary>
    public IReadOnlyList<Reading<double>> PerCore => CoreReadings;

    /// <summary>Share of the time cores were idle with I/O outstanding; 0 to 1.</summary>
    public Reading<double> IoWait { get; internal set; }

    /// <summary>Share of the time the hypervisor gave to others; 0 to 1.</summary>
    public Reading<double> Steal { get; internal set; }

    /// <summary>Cores the system has online.</summary>
    public Reading<long> Online { get; internal set; }

    /// <summary>Cores this process may use: the least of online cores, its affinity, and every CPU quota on the way up its control groups.</summary>
    public Reading<double> Limit { get; internal set; }

    /// <summary>The fullest CPU quota on the way up: what its group used of it; 0 to 1, above 1 for a moment in a burst. Where no quota stands, <see cref="Utilization"/>.</summary>
    public Reading<double> LimitUtilization { get; internal set; }

    /// <summary>Share of scheduling periods in which a quota ran out; 0 to 1. 0 where no quota stands.</summary>
    public Reading<double> Throttled { get; internal set; }

    /// <summary>Average number of runnable or uninterruptible tasks over the last minute.</summary>
    public Reading<double> Load1 { get; internal set; }

    /// <summary>The same over five minutes.</summary>
    public Reading<double> Load5 { get; internal set; }

    /// <summary>The same over fifteen minutes.</summary>
    public Reading<double> Load15 { get; internal set; }
}
