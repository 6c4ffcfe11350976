using CommitRelay.Performance.Probes;
using CommitRelay.Performance.Workers;

namespace CommitRelay.Samples.Worker;

/// <summary>Samples host and process once a second: the governor lowers the number of tasks at once when something is saturated; the summary shows the peaks.</summary>
internal sealed class ResourceWatch(HostProbe host, SelfProbe self, ConcurrencyGovernor governor) : BackgroundService
{
    private const double MemorySaturated = 0.92;
    private readonly HostSample _host = new();
    private readonly SelfSample _self = new();

    /// <summary>The most the host's processors were used; 0 to 1, null when unknown.</summary>
    public double? PeakCpu { get; private set; }

    /// <summary>The most memory this process had, in bytes.</summary>
    public long PeakWorkingSet { get; private set; }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => governor.RunAsync(_ => ValueTask.FromResult<IReadOnlyList<SaturationSignal>>(Look()), stoppingToken);

    private List<SaturationSignal> Look()
    {
        host.Sample(_host);
        self.Sample(_self);
        var signals = new List<SaturationSignal>(1);
        if (_host.Memory.Utilization.TryGet(out var memory))
            signals.Add(new("memory", memory, MemorySaturated));

        // This worker waits for an API nearly all the time: a busy processor is no reason to take fewer tasks, so it has no say.
        if (_host.Cpu.LimitUtilization.TryGet(out var cpu))
            PeakCpu = Math.Max(PeakCpu ?? 0, cpu);

        if (_self.WorkingSet.TryGet(out var bytes))
            PeakWorkingSet = Math.Max(PeakWorkingSet, bytes);
        return signals;
    }
}
