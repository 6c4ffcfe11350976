namespace CommitRelay.Performance.Probes.Linux;

/// <summary>All of a host sample on Linux.</summary>
internal sealed class LinuxHost : IDisposable
{
    private readonly TextBuffer _buffer = new();
    private readonly ControlGroups _groups;
    private readonly LinuxCpu _cpu;
    private readonly LinuxMemory _memory;
    private readonly LinuxPressure _pressure;
    private readonly LinuxNetwork _network;
    private readonly LinuxDescriptors _descriptors;

    internal LinuxHost(ProbeOptions options)
    {
        _groups = new ControlGroups(options);
        _cpu = new LinuxCpu(options, _groups);
        _memory = new LinuxMemory(options, _groups);
        _pressure = LinuxPressure.OfHost(options);
        _network = new LinuxNetwork(options);
        _descriptors = new LinuxDescriptors(options);
    }

    internal void Sample(HostSample into, Look look)
    {
        _cpu.Sample(into.Cpu, _buffer, look);
        _memory.Sample(into.Memory, _buffer, look);
        _pressure.Sample(into.Pressure, _buffer, look);
        _groups.SamplePressure(into.GroupPressure, _buffer, look);
        _network.Sample(into.Network, _buffer, look);
        _descriptors.Sample(into.Descriptors, _buffer, look);
    }

    public void Dispose()
    {
        _cpu.Dispose();
        _memory.Dispose();
        _pressure.Dispose();
        _groups.Dispose();
        _network.Dispose();
        _descriptors.Dispose();
    }
}
