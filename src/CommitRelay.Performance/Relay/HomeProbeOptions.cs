using CommitRelay.Performance.Probes;

namespace CommitRelay.Performance.Relay;

/// <summary>Settings of <see cref="HomeProbe"/>. Copied when the probe is made.</summary>
public sealed record HomeProbeOptions
{
    /// <summary>Settings of the walk. Default: those of <see cref="HomeFilesOptions"/>.</summary>
    public HomeFilesOptions Files { get; init; } = new();

    /// <summary>How long a worker without a process may be silent before it is stale. Default <see cref="ActiveWorker.DefaultSilence"/>, 5 minutes; greater than zero.</summary>
    public TimeSpan SilentFor { get; init; } = ActiveWorker.DefaultSilence;

    /// <summary>Where processes are looked up, and the clock. Default: those of <see cref="ProbeOptions"/>.</summary>
    public ProbeOptions Probes { get; init; } = new();

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Files);
        ArgumentNullException.ThrowIfNull(Probes);
        Files.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(SilentFor, TimeSpan.Zero);
    }
}
