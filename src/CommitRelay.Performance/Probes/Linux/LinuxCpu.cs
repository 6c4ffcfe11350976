namespace CommitRelay.Performance.Probes.Linux;

/// <summary>/proc/stat and /proc/loadavg, and the quotas above this process.</summary>
internal sealed class LinuxCpu(ProbeOptions options, ControlGroups groups) : IDisposable
{
    private const string NoCore = "offline";
    private readonly KeptFile _stat = new($"{options.ProcRoot}/stat");
    private readonly KeptFile _load = new($"{options.ProcRoot}/loadavg");
    private readonly KeptFile _status = new($"{options.ProcRoot}/self/status");
    private CpuTimes? _before;
    private CpuTimes?[] _coresBefore = [];

    internal void Sample(CpuSample into, TextBuffer buffer, Look look)
    {
        var online = SampleTimes(into, _stat.Read(buffer), look);
        SampleLoad(into, _load.Read(buffer), look);
        var allowed = AllowedCores(_status.Read(buffer));
        groups.Cpu.Sample(into, buffer, look, online, allowed);
    }

    public void Dispose()
    {
        _stat.Dispose();
        _load.Dispose();
        _status.Dispose();
    }

    private long? SampleTimes(CpuSample into, ReadOnlySpan<byte> text, Look look)
    {
        var because = _stat.Without("cpu line", !text.IsEmpty);
        var now = ProcText.TryLine(text, "cpu "u8, out var line) ? CpuTimes.Parse(line) : null;
        into.Utilization = CpuTimes.Share(now, _before, static t => t.Busy, because, look);
        into.IoWait = CpuTimes.Share(now, _before, static t => t.IoWait, because, look);
        into.Steal = CpuTimes.Share(now, _before, static t => t.Steal, because, look);
        _before = now;
        var online = SampleCores(into, text, look);
        into.Online = look.Of(online > 0 ? online : (long?)null, because, Units.Cores);
        return online > 0 ? online : null;
    }

    private int SampleCores(CpuSample into, ReadOnlySpan<byte> text, Look look)
    {
        var online = 0;
        var last = -1;
        while (TryNextCore(ref text, out var number, out var times))
        {
            Fit(into, number + 1);
            for (var gap = last + 1; gap < number; gap++)
                Forget(into, gap, look);
            into.CoreReadings[number] = CpuTimes.Share(times, _coresBefore[number], static t => t.Busy, NoCore, look);
            _coresBefore[number] = times;
            last = number;
            online++;
        }

        for (var gone = last + 1; gone < into.CoreReadings.Length; gone++)
            Forget(into, gone, look);
        return online;
    }

    private void Fit(CpuSample into, int cores)
    {
        if (into.CoreReadings.Length < cores)
        {
            var larger = into.CoreReadings;
            Array.Resize(ref larger, Math.Max(cores, _coresBefore.Length));
            into.CoreReadings = larger;
        }

        if (_coresBefore.Length < cores)
            Array.Resize(ref _coresBefore, cores);
    }

    private void Forget(CpuSample into, int core, Look look)
    {
        into.CoreReadings[core] = look.Unknown<double>(NoCore, Units.Ratio);
        if (core < _coresBefore.Length)
            _coresBefore[core] = null;
    }

    private static bool TryNextCore(ref ReadOnlySpan<byte> text, out int number, out CpuTimes? times)
    {
        const int mostCores = 64 * 1024;
        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)'\n');
            var line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            if (!line.StartsWith("cpu"u8))
                break;
            line = line[3..];
            if (line.StartsWith(" "u8) || ProcText.Number(ref line) is not { } core || core is < 0 or >= mostCores)
                continue;
            number = (int)core;
            times = CpuTimes.Parse(line);
            return true;
        }

        number = 0;
        times = null;
        return false;
    }

    private void SampleLoad(CpuSample into, ReadOnlySpan<byte> text, Look look)
    {
        var because = _load.Without("load", !text.IsEmpty);
        into.Load1 = look.Of(ProcText.Fraction(ref text), because, Units.Load);
        into.Load5 = look.Of(ProcText.Fraction(ref text), because, Units.Load);
        into.Load15 = look.Of(ProcText.Fraction(ref text), because, Units.Load);
    }

    /// <summary>Cores by affinity and cpuset, counted from a list such as "0-3,8"; null when the line is missing.</summary>
    private static long? AllowedCores(ReadOnlySpan<byte> status)
    {
        if (!ProcText.TryLine(status, "Cpus_allowed_list:"u8, out var list))
            return null;
        long count = 0;
        while (ProcText.Number(ref list) is { } first)
        {
            var last = list.StartsWith("-"u8) ? ProcText.Number(list[1..]) ?? first : first;
            count += Math.Max(0, last - first) + 1;
            var comma = list.IndexOf((byte)',');
            if (comma < 0)
                break;
            list = list[(comma + 1)..];
        }

        return count > 0 ? count : null;
    }
}
