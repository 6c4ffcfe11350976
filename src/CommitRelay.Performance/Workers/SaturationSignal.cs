namespace CommitRelay.Performance.Workers;

/// <summary>How used one resource is, and from where on it is saturated.</summary>
/// <param name="Resource">What it is, in words: "CPU", "memory", "disk".</param>
/// <param name="Utilization">The used share, 0 to 1; above 1 when more is asked for than there is.</param>
/// <param name="Threshold">The share from which the resource counts as saturated.</param>
public readonly record struct SaturationSignal(string Resource, double Utilization, double Threshold)
{
    /// <summary>Whether a task holds what it takes and gives it back at its end, as with memory: the governor then reckons how many more tasks fit. Default false.</summary>
    public bool IsHeldByTasks { get; init; }

    /// <summary>Whether the resource has too little left for more work.</summary>
    public bool IsSaturated => Utilization >= Threshold;
}
