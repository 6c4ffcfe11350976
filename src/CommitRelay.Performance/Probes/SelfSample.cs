namespace CommitRelay.Performance.Probes;

/// <summary>This process at one moment. Rates are over the interval since the sample before.</summary>
/// <remarks>Give it back to <see cref="SelfProbe.Sample(SelfSample)"/> to take the next sample without allocating. Not thread-safe while being filled.</remarks>
public sealed class SelfSample
{
    /// <summary>When it was taken.</summary>
    public DateTimeOffset At { get; internal set; }

    /// <summary>Cores kept busy: 1 is one core all the time.</summary>
    public Reading<double> Cpu { get; internal set; }

    /// <summary>Processor time since the process started.</summary>
    public Reading<double> CpuTime { get; internal set; }

    /// <summary>Physical memory in use.</summary>
    public Reading<long> WorkingSet { get; internal set; }

    /// <summary>Managed heap in use, fragmentation included.</summary>
    public Reading<long> Heap { get; internal set; }

    /// <summary>Bytes allocated on the managed heap.</summary>
    public Reading<double> Allocated { get; internal set; }

    /// <summary>Share of the interval in which the garbage collector stopped all threads; 0 to 1.</summary>
    public Reading<double> GcPause { get; internal set; }

    /// <summary>Time the garbage collector stopped all threads since the process started.</summary>
    public Reading<double> GcPauseTime { get; internal set; }

    /// <summary>Threads of the process.</summary>
    public Reading<long> Threads { get; internal set; }

    /// <summary>Threads of the thread pool.</summary>
    public Reading<long> PoolThreads { get; internal set; }

    /// <summary>Work items that wait for a thread of the pool.</summary>
    public Reading<long> PoolQueue { get; internal set; }

    /// <summary>Descriptors the process has open.</summary>
    public Reading<long> Descriptors { get; internal set; }
}
