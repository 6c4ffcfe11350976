namespace CommitRelay.Performance.Workers;

/// <summary>How many tasks may run at once, and how fast that number moves.</summary>
public sealed class ConcurrencyGovernorOptions
{
    /// <summary>Permits that are always there, however saturated the machine: work must not stop. Default 1; 1 to <see cref="Ceiling"/>.</summary>
    public int Minimum { get; set; } = 1;

    /// <summary>The most tasks at once. Default four for each processor; at least <see cref="Minimum"/>.</summary>
    public int Ceiling { get; set; } = Environment.ProcessorCount * 4;

    /// <summary>The time between two looks at the resources. Default 1 s; 0.1 s to 10 min.</summary>
    public TimeSpan Period { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a level that saturated something is left alone before it is tried again. Default 1 min; 1 s to 1 day.</summary>
    public TimeSpan ProbeInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>From where on a resource is saturated, where the governor is fed by <see cref="ResourceSignals"/>. Default those of a new <see cref="ResourceThresholds"/>.</summary>
    public ResourceThresholds Thresholds { get; set; } = new();

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Thresholds);
        Thresholds.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(Minimum, 1);
        if (Minimum > Ceiling)
            throw new ArgumentOutOfRangeException(nameof(Minimum), Minimum, $"Minimum ({Minimum} permits) is more than Ceiling ({Ceiling} permits).");
        ThrowIfOutside(Period, TimeSpan.FromSeconds(0.1), TimeSpan.FromMinutes(10), nameof(Period));
        ThrowIfOutside(ProbeInterval, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1), nameof(ProbeInterval));
    }

    private static void ThrowIfOutside(TimeSpan value, TimeSpan least, TimeSpan most, string name)
    {
        if (value < least || value > most)
            throw new ArgumentOutOfRangeException(name, value, $"{name} ({value}) must be from {least} to {most}.");
    }
}
