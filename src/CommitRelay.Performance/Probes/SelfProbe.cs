using CommitRelay.Performance.Probes.Linux;

namespace CommitRelay.Performance.Probes;

/// <summary>Samples this process: processor, memory, garbage collector, thread pool. Rates are between two samples of one probe.</summary>
/// <remarks>All systems, except for threads and descriptors (Linux only). Not thread-safe: one caller, or one probe each.</remarks>
public sealed class SelfProbe : IDisposable
{
    private readonly LinuxSelf? _linux;
    private LookClock _clock;
    private long? _cpuBefore;
    private long? _allocatedBefore;
    private long? _pausesBefore;

    /// <summary>Creates a probe.</summary>
    /// <param name="options">Where to look; null for the defaults.</param>
    public SelfProbe(ProbeOptions? options = null)
    {
        options ??= new ProbeOptions();
        _clock = new LookClock(options.Time);
        _linux = OperatingSystem.IsLinux() ? new LinuxSelf(options) : null;
    }

    /// <summary>Takes a sample.</summary>
    /// <returns>A new sample.</returns>
    public SelfSample Sample()
    {
        var sample = new SelfSample();
        Sample(sample);
        return sample;
    }

    /// <summary>Takes a sample into an object of one before; allocates nothing once warm.</summary>
    /// <param name="into">The sample to overwrite.</param>
    public void Sample(SelfSample into)
    {
        ArgumentNullException.ThrowIfNull(into);
        const double secondsPerTick = 1.0 / TimeSpan.TicksPerSecond;
        var look = _clock.Next();
        into.At = look.At;
        var cpu = CpuTicks();
        into.CpuTime = look.Of(cpu * secondsPerTick, Look.NotVerified, Units.Seconds);
        into.Cpu = look.Rate(cpu, _cpuBefore, Look.NotVerified, Units.Cores, secondsPerTick);
        _cpuBefore = cpu;
        SampleCollector(into, look, secondsPerTick);
        into.PoolThreads = look.Known((long)ThreadPool.ThreadCount, Units.Threads);
        into.PoolQueue = look.Known(ThreadPool.PendingWorkItemCount, Units.Items);
        SampleSystem(into, look);
    }

    /// <summary>Closes what it keeps open.</summary>
    public void Dispose() => _linux?.Dispose();

    private static long? CpuTicks()
        => OperatingSystem.IsLinux() || OperatingSystem.IsMacOS() || OperatingSystem.IsWindows() ? Environment.CpuUsage.TotalTime.Ticks : null;

    private void SampleCollector(SelfSample into, Look look, double secondsPerTick)
    {
        var allocated = GC.GetTotalAllocatedBytes();
        var pauses = GC.GetTotalPauseDuration().Ticks;
        into.Heap = look.Known(GC.GetTotalMemory(forceFullCollection: false), Units.Bytes);
        into.Allocated = look.Rate(allocated, _allocatedBefore, "", Units.BytesPerSecond);
        into.GcPause = look.Rate(pauses, _pausesBefore, "", Units.Ratio, secondsPerTick);
        into.GcPauseTime = look.Known(pauses * secondsPerTick, Units.Seconds);
        _allocatedBefore = allocated;
        _pausesBefore = pauses;
    }

    private void SampleSystem(SelfSample into, Look look)
    {
        if (_linux is not null)
        {
            _linux.Sample(into, look);
            return;
        }

        into.WorkingSet = look.Known(Environment.WorkingSet, Units.Bytes);
        into.Threads = look.Unknown<long>(Look.NotVerified, Units.Threads);
        into.Descriptors = look.Unknown<long>(Look.NotVerified, Units.Descriptors);
    }
}
