namespace CommitRelay.Performance.Probes.Linux;

/// <summary>
/// The control groups this process is in, both versions, with all their ancestors as far as they are visible: a limit anywhere on the way up holds.
/// They are found once; the limits in them are read at every look.
/// </summary>
internal sealed class ControlGroups : IDisposable
{
    private readonly LinuxPressure? _pressure;
    private readonly string _noPressure;

    internal ControlGroups(ProbeOptions options)
    {
        var places = GroupPlaces.Find(options);
        Cpu = new CpuQuotas(places);
        Memory = new MemoryLimits(places);

        // The root group has no pressure files; the host's are in /proc/pressure.
        var own = places.Unified.Count > 1 ? places.Unified[0] : null;
        _pressure = own is null ? null : LinuxPressure.OfGroup(own);
        _noPressure = places.Unified.Count == 0 ? "no control group of version 2" : "in the root control group: see the host's pressure";
    }

    internal CpuQuotas Cpu { get; }

    internal MemoryLimits Memory { get; }

    internal void SamplePressure(PressureSample into, TextBuffer buffer, Look look)
    {
        if (_pressure is null)
            LinuxPressure.Unknown(into, _noPressure, look);
        else
            _pressure.Sample(into, buffer, look);
    }

    public void Dispose()
    {
        Cpu.Dispose();
        Memory.Dispose();
        _pressure?.Dispose();
    }
}
