using CommitRelay.Performance.Probes;

namespace CommitRelay.Samples.Worker;

/// <summary>Samples host and process once a second: the summary shows the peaks.</summary>
internal sealed class ResourceWatch(HostProbe host, SelfProbe self, TimeProvider time) : BackgroundService
{
    private readonly HostSample _host = new();
    private readonly SelfSample _self = new();

    /// <summary>The most the host's processors were used; 0 to 1, null when unknown.</summary>
    public double? PeakCpu { get; private set; }

    /// <summary>The most memory this process had, in bytes.</summary>
    public long PeakWorkingSet { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        do
            Look();
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Look()
    {
        host.Sample(_host);
        self.Sample(_self);
        if (_host.Cpu.LimitUtilization.TryGet(out var cpu))
            PeakCpu = Math.Max(PeakCpu ?? 0, cpu);
        if (_self.WorkingSet.TryGet(out var bytes))
            PeakWorkingSet = Math.Max(PeakWorkingSet, bytes);
    }
}
