namespace CommitRelay.Performance.Probes;

/// <summary>Memory of the host, and what the control groups leave of it.</summary>
public sealed class MemorySample
{
    /// <summary>Memory the host has.</summary>
    public Reading<long> Total { get; internal set; }

    /// <summary>Memory the host could give without swapping, by the kernel's estimate.</summary>
    public Reading<long> Available { get; internal set; }

    /// <summary>Total less available.</summary>
    public Reading<long> Used { get; internal set; }

    /// <summary>The least of <see cref="Total"/> and every memory limit on the way up the control groups.</summary>
    public Reading<long> Limit { get; internal set; }

    /// <summary>What this process can still get: the least of <see cref="Available"/> and what every limit leaves.
    /// A group's use is counted without the file pages it has not touched lately, which the kernel gives back first.</summary>
    public Reading<long> Headroom { get; internal set; }

    /// <summary>The fullest of host and limits; 0 to 1.</summary>
    public Reading<double> Utilization { get; internal set; }

    /// <summary>Swap space the host has.</summary>
    public Reading<long> SwapTotal { get; internal set; }

    /// <summary>Swap space in use.</summary>
    public Reading<long> SwapUsed { get; internal set; }
}
