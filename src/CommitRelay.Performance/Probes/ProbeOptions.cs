namespace CommitRelay.Performance.Probes;

/// <summary>Where probes look. The defaults are right except in a container that was given its host's /proc and /sys elsewhere.</summary>
public sealed class ProbeOptions
{
    /// <summary>The folder of the proc file system; default "/proc". Linux only.</summary>
    public string ProcRoot { get; init; } = "/proc";

    /// <summary>The folder of the sys file system, with the control groups below it; default "/sys". Linux only.</summary>
    public string SysRoot { get; init; } = "/sys";

    /// <summary>The clock of readings and of the intervals of rates; default the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
