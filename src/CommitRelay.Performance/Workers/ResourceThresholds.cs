namespace CommitRelay.Performance.Workers;

/// <summary>From where on a resource is saturated. All are shares, 0 to 1.</summary>
public sealed record ResourceThresholds
{
    /// <summary>Share of time in which some task waits for a processor (pressure stall information); where the system does not tell, 0.95 of the processors' time. Default 0.5.</summary>
    public double CpuPressure { get; init; } = 0.5;

    /// <summary>Used share of the memory that this process may have, the tightest container limit included. Default 0.9.</summary>
    public double Memory { get; init; } = 0.9;

    /// <summary>Share of time in which all work stands still for want of memory. Default 0.1.</summary>
    public double MemoryPressure { get; init; } = 0.1;

    /// <summary>Share of time in which all work stands still for want of block I/O. Default 0.4.</summary>
    public double IoPressure { get; init; } = 0.4;

    /// <summary>Used share of the file system. Default 0.97: more work would end in writes that fail.</summary>
    public double Disk { get; init; } = 0.97;

    /// <summary>Used share of this process's descriptors. Default 0.9.</summary>
    public double Descriptors { get; init; } = 0.9;

    internal void Validate()
    {
        ReadOnlySpan<double> all = [CpuPressure, Memory, MemoryPressure, IoPressure, Disk, Descriptors];
        foreach (var share in all)
        {
            if (!(share > 0 && share <= 1))
                throw new ArgumentOutOfRangeException(nameof(ResourceThresholds), share, $"{this}: each share must be more than 0 and at most 1.");
        }
    }
}
