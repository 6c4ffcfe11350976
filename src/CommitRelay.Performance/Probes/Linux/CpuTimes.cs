namespace CommitRelay.Performance.Probes.Linux;

/// <summary>One cpu line of /proc/stat, in clock ticks.</summary>
internal readonly record struct CpuTimes(long Total, long Busy, long IoWait, long Steal)
{
    /// <summary>Reads what follows "cpu" or "cpuN": user nice system idle iowait irq softirq steal. Guest time is within user.</summary>
    internal static CpuTimes? Parse(ReadOnlySpan<byte> line)
    {
        if (ProcText.Number(ref line) is not { } user || ProcText.Number(ref line) is not { } nice
            || ProcText.Number(ref line) is not { } system || ProcText.Number(ref line) is not { } idle)
            return null;

        // Kernels and sandboxes of less columns leave the rest out.
        var ioWait = ProcText.Number(ref line) ?? 0;
        var interrupts = (ProcText.Number(ref line) ?? 0) + (ProcText.Number(ref line) ?? 0);
        var steal = ProcText.Number(ref line) ?? 0;
        var busy = user + nice + system + interrupts + steal;
        return new CpuTimes(busy + idle + ioWait, busy, ioWait, steal);
    }

    /// <summary>A part's share of all time between two looks. Idle and iowait may step back by a tick; a share stays within 0 and 1.</summary>
    internal static Reading<double> Share(CpuTimes? now, CpuTimes? before, Func<CpuTimes, long> part, string because, Look look)
    {
        if (now is not { } current)
            return look.Unknown<double>(because, Units.Ratio);
        if (before is not { } last)
            return look.Unknown<double>(Look.First, Units.Ratio);
        var total = current.Total - last.Total;
        return total > 0
            ? look.Known(Math.Clamp((double)(part(current) - part(last)) / total, 0, 1), Units.Ratio)
            : look.Unknown<double>(Look.TooSoon, Units.Ratio);
    }
}
