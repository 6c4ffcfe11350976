namespace CommitRelay.Performance.Probes;

/// <summary>Pressure stall information: the share of time in which work stood still for want of a resource.</summary>
public sealed class PressureSample
{
    /// <summary>Waiting for a processor.</summary>
    public StallSample Cpu { get; } = new();

    /// <summary>Waiting for memory: reclaim, swapping, refaults.</summary>
    public StallSample Memory { get; } = new();

    /// <summary>Waiting for block I/O.</summary>
    public StallSample Io { get; } = new();
}

/// <summary>One resource's stalls. "Some": at least one task stood still. "Full": all that were not idle did.</summary>
public sealed class StallSample
{
    /// <summary>Share of the last 10 s with some task stalled, by the kernel's moving average; 0 to 1.</summary>
    public Reading<double> SomeAverage10 { get; internal set; }

    /// <summary>Share of the last 10 s with all tasks stalled, by the kernel's moving average; 0 to 1.</summary>
    public Reading<double> FullAverage10 { get; internal set; }

    /// <summary>Share of the interval since the sample before with some task stalled; 0 to 1.</summary>
    public Reading<double> Some { get; internal set; }

    /// <summary>Share of the interval since the sample before with all tasks stalled; 0 to 1.</summary>
    public Reading<double> Full { get; internal set; }
}
