namespace CommitRelay.Performance.Probes;

/// <summary>The host, and the container around this process, at one moment. Filled by <see cref="HostProbe"/>.</summary>
/// <remarks>Give it back to <see cref="HostProbe.Sample(HostSample)"/> to take the next sample without allocating. Not thread-safe while being filled.</remarks>
public sealed class HostSample
{
    /// <summary>When it was taken.</summary>
    public DateTimeOffset At { get; internal set; }

    /// <summary>Processors.</summary>
    public CpuSample Cpu { get; } = new();

    /// <summary>Memory and swap.</summary>
    public MemorySample Memory { get; } = new();

    /// <summary>Stalls of the whole host.</summary>
    public PressureSample Pressure { get; } = new();

    /// <summary>Stalls of this process's own control group (version 2 only).</summary>
    public PressureSample GroupPressure { get; } = new();

    /// <summary>TCP.</summary>
    public NetworkSample Network { get; } = new();

    /// <summary>Open descriptors.</summary>
    public DescriptorSample Descriptors { get; } = new();
}
