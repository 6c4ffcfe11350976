using CommitRelay.Performance.Probes.Linux;

namespace CommitRelay.Performance.Probes;

/// <summary>
/// Samples the host and the container around this process: processors, memory, pressure, TCP, descriptors.
/// Rates are between two samples of one probe, so the first sample has none.
/// </summary>
/// <remarks>
/// Linux in full, container limits of both control group versions included. Elsewhere what .NET itself tells; the rest is unknown.
/// Never starts a process, never throws for what the system will not tell. Not thread-safe: one caller, or one probe each.
/// </remarks>
public sealed class HostProbe : IDisposable
{
    private readonly LinuxHost? _linux;
    private LookClock _clock;

    /// <summary>Opens the files it will read; a missing one is looked for again at the next samples, after four in vain at every 32nd.</summary>
    /// <param name="options">Where to look; null for the defaults.</param>
    public HostProbe(ProbeOptions? options = null)
    {
        options ??= new ProbeOptions();
        _clock = new LookClock(options.Time);
        _linux = OperatingSystem.IsLinux() ? new LinuxHost(options) : null;
    }

    /// <summary>Takes a sample.</summary>
    /// <returns>A new sample.</returns>
    public HostSample Sample()
    {
        var sample = new HostSample();
        Sample(sample);
        return sample;
    }

    /// <summary>Takes a sample into an object of one before; allocates nothing once warm.</summary>
    /// <param name="into">The sample to overwrite.</param>
    public void Sample(HostSample into)
    {
        ArgumentNullException.ThrowIfNull(into);
        var look = _clock.Next();
        into.At = look.At;
        if (_linux is null)
            FrameworkHost.Sample(into, look);
        else
            _linux.Sample(into, look);
    }

    /// <summary>Closes the files.</summary>
    public void Dispose() => _linux?.Dispose();
}
