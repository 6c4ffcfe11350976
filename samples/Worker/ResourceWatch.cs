using CommitRelay.Performance.Probes;
using CommitRelay.Performance.Workers;

namespace CommitRelay.Samples.Worker;

/// <summary>Samples host and process once a second: the governor lowers the number of tasks at once when something is saturated; the summary shows the peaks.</summary>
internal sealed class ResourceWatch(HostProbe host, SelfProbe self, ConcurrencyGovernor governor) : BackgroundService
{
    private const double CpuSaturated = 0.98;
    private const double MemorySaturated = 0.92;
    private readonly HostSample _host = new();
    private readonly SelfSample _self = new();

    /// <summary>The most the host's processors were used; 0 to 1, null when unknown.</summary>
    public double? PeakCpu { get; private set; }

    /// <summary>The most memory this process had, in bytes.</summary>
    public long PeakWorkingSet { get; private set; }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => governor.RunAsync(_ => ValueTask.FromResult(Look()), stoppingToken);

    private IReadOnlyList<SaturationSignal> Look()
    {
        host.Sample(_host);
        self.Sample(_self);
        var signals = new List<SaturationSignal>(2);
        if (_host.Memory.Utilization.TryGet(out var memory))
            signals.Add(new("memory", memory, MemorySaturated));

        // The rate limit, not the processor, bounds this worker: the CPU only has a say when it is full.
        if (_host.Cpu.LimitUtilization.TryGet(out var cpu))
        {
            PeakCpu = Math.Max(PeakCpu ?? 0, cpu);
            signals.Add(new("CPU", cpu, CpuSaturated));
        }

        if (_self.WorkingSet.TryGet(out var bytes))
            PeakWorkingSet = Math.Max(PeakWorkingSet, bytes);
        return signals;
    }
}
