namespace CommitRelay.Performance.Probes;

/// <summary>Open file descriptors against their limits.</summary>
public sealed class DescriptorSample
{
    /// <summary>Descriptors this process has open.</summary>
    public Reading<long> Open { get; internal set; }

    /// <summary>How many it may have open (the soft limit).</summary>
    public Reading<long> Limit { get; internal set; }

    /// <summary>Open as a share of the limit; 0 to 1.</summary>
    public Reading<double> Utilization { get; internal set; }

    /// <summary>Files the whole system has open.</summary>
    public Reading<long> SystemOpen { get; internal set; }

    /// <summary>How many the whole system may have open.</summary>
    public Reading<long> SystemLimit { get; internal set; }
}
