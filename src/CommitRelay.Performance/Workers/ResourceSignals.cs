using CommitRelay.Performance.Probes;

namespace CommitRelay.Performance.Workers;

/// <summary>Samples host, container and disk, and says what is saturated: food for <see cref="ConcurrencyGovernor.Observe"/>.</summary>
/// <remarks>
/// A resource that the system does not tell of gives no signal. Busy processors alone are no saturation: a machine whose work fits is busy and well.
/// What counts is work that waits for one, which the kernel's pressure stall information tells (Linux 4.20 and later). Not thread-safe.
/// </remarks>
public sealed class ResourceSignals : IDisposable
{
    private const double BusyProcessors = 0.95;

    private readonly ResourceThresholds _thresholds;
    private readonly HostProbe _host;
    private readonly DiskProbe _disk;
    private readonly HostSample _hostSample = new();
    private readonly DiskSample _diskSample = new();
    private readonly List<SaturationSignal> _signals = [];

    /// <summary>Opens the probes.</summary>
    /// <param name="path">A file or folder of the file system that the work writes to.</param>
    /// <param name="thresholds">From where on; null for the defaults.</param>
    /// <param name="options">Where to look; null for the defaults.</param>
    /// <exception cref="ArgumentException">A threshold is no share; the message names it.</exception>
    public ResourceSignals(string path, ResourceThresholds? thresholds = null, ProbeOptions? options = null)
    {
        _thresholds = thresholds ?? new ResourceThresholds();
        _thresholds.Validate();
        _host = new HostProbe(options);
        _disk = new DiskProbe(path, options);
    }

    /// <summary>Takes a sample.</summary>
    /// <returns>One signal a known resource; the list is filled anew by the next sample.</returns>
    public IReadOnlyList<SaturationSignal> Sample()
    {
        _host.Sample(_hostSample);
        _disk.Sample(_diskSample);
        _signals.Clear();
        Collect(_hostSample, _diskSample, _thresholds, _signals);
        return _signals;
    }

    /// <summary>Closes the probes.</summary>
    public void Dispose()
    {
        _host.Dispose();
        _disk.Dispose();
    }

    internal static void Collect(HostSample host, DiskSample disk, ResourceThresholds thresholds, List<SaturationSignal> signals)
    {
        if (Worst(host.Pressure.Cpu.Some, host.GroupPressure.Cpu.Some) is { } waiting)
            signals.Add(new SaturationSignal("CPU", waiting, thresholds.CpuPressure));
        else
            Add("CPU", Worst(host.Cpu.Utilization, host.Cpu.LimitUtilization), BusyProcessors);
        Add("memory", host.Memory.Utilization.ValueOrNull, thresholds.Memory, held: true);
        Add("memory pressure", Worst(host.Pressure.Memory.Full, host.GroupPressure.Memory.Full), thresholds.MemoryPressure);
        Add("I/O", Worst(host.Pressure.Io.Full, host.GroupPressure.Io.Full), thresholds.IoPressure);
        Add("disk", disk.Utilization.ValueOrNull, thresholds.Disk);
        Add("descriptors", host.Descriptors.Utilization.ValueOrNull, thresholds.Descriptors, held: true);

        void Add(string resource, double? utilization, double threshold, bool held = false)
        {
            if (utilization is { } known)
                signals.Add(new SaturationSignal(resource, known, threshold) { IsHeldByTasks = held });
        }
    }

    private static double? Worst(Reading<double> host, Reading<double> group)
        => host.TryGet(out var a) ? group.TryGet(out var b) ? Math.Max(a, b) : a : group.ValueOrNull;
}
