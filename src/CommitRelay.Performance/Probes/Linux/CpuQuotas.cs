namespace CommitRelay.Performance.Probes.Linux;

/// <summary>CPU quotas of all groups this process is in, of both versions.</summary>
internal sealed class CpuQuotas : IDisposable
{
    private readonly Level[] _levels;

    internal CpuQuotas(GroupPlaces places) => _levels =
    [
        .. places.Unified.Select(static f => new UnifiedLevel(f)),
        .. places.Cpu.Select((f, i) => new FirstVersionLevel(f, places.CpuAccounting.ElementAtOrDefault(i))),
    ];

    /// <summary>Sets limit, its utilization and throttling; what the host says must be set before.</summary>
    internal void Sample(CpuSample into, TextBuffer buffer, Look look, long? online, long? allowed)
    {
        double? limit = Least(online, allowed);
        Reading<double>? fullest = null;
        Reading<double>? throttled = null;
        foreach (var level in _levels)
        {
            if (level.Quota(buffer) is not { } quota)
            {
                level.Forget();
                continue;
            }

            limit = Math.Min(limit ?? quota, quota);
            level.Sample(buffer, look, quota, out var used, out var stopped);
            fullest = Fuller(fullest, used);
            throttled = Fuller(throttled, stopped);
        }

        into.Limit = look.Of(limit, into.Online.UnknownBecause ?? "", Units.Cores);
        into.LimitUtilization = fullest ?? into.Utilization;
        into.Throttled = throttled ?? look.Known(0.0, Units.Ratio);
    }

    public void Dispose()
    {
        foreach (var level in _levels)
            level.Dispose();
    }

    private static long? Least(long? one, long? other)
        => one is { } a && other is { } b ? Math.Min(a, b) : one ?? other;

    private static Reading<double> Fuller(Reading<double>? best, Reading<double> next)
        => best is { IsKnown: true } known && !(next.TryGet(out var value) && value > known.Value) ? known : next;

    /// <summary>One group's quota, use and throttling.</summary>
    private abstract class Level : IDisposable
    {
        private long? _usedBefore;
        private long? _periodsBefore;
        private long? _throttledBefore;

        /// <summary>Cores by quota, or null when there is none.</summary>
        internal abstract double? Quota(TextBuffer buffer);

        internal void Sample(TextBuffer buffer, Look look, double quota, out Reading<double> used, out Reading<double> throttled)
        {
            var (usage, secondsPerUnit, becauseUsage) = Usage(buffer);
            used = look.Rate(usage, _usedBefore, becauseUsage, Units.Ratio, secondsPerUnit / quota);
            _usedBefore = usage;
            var (periods, stopped, because) = Periods(buffer);
            throttled = look.Share(stopped, _throttledBefore, periods, _periodsBefore, because);
            _periodsBefore = periods;
            _throttledBefore = stopped;
        }

        /// <summary>A quota that comes back starts with a first sample.</summary>
        internal void Forget() => _usedBefore = _periodsBefore = _throttledBefore = null;

        public abstract void Dispose();

        protected abstract (long? Usage, double SecondsPerUnit, string Because) Usage(TextBuffer buffer);

        protected abstract (long? Periods, long? Throttled, string Because) Periods(TextBuffer buffer);

        protected static double? Cores(long? quota, long? period) => quota > 0 && period > 0 ? (double)quota / period : null;

        protected static (long?, long?, string) Periods(KeptFile stat, TextBuffer buffer)
        {
            var text = stat.Read(buffer);
            return (ProcText.Field(text, "nr_periods "u8), ProcText.Field(text, "nr_throttled "u8), stat.Without("nr_periods", !text.IsEmpty));
        }
    }

    /// <summary>Version 2: cpu.max holds "quota period", or "max period".</summary>
    private sealed class UnifiedLevel(string folder) : Level
    {
        private readonly KeptFile _max = new($"{folder}/cpu.max");
        private readonly KeptFile _stat = new($"{folder}/cpu.stat");

        internal override double? Quota(TextBuffer buffer)
        {
            var text = _max.Read(buffer);
            return ProcText.Number(ref text) is { } quota ? Cores(quota, ProcText.Number(ref text)) : null;
        }

        public override void Dispose()
        {
            _max.Dispose();
            _stat.Dispose();
        }

        protected override (long?, double, string) Usage(TextBuffer buffer)
        {
            var text = _stat.Read(buffer);
            return (ProcText.Field(text, "usage_usec "u8), 1e-6, _stat.Without("usage_usec", !text.IsEmpty));
        }

        protected override (long?, long?, string) Periods(TextBuffer buffer) => Periods(_stat, buffer);
    }

    /// <summary>Version 1: quota -1 is none; use is counted by another controller, in nanoseconds.</summary>
    private sealed class FirstVersionLevel(string folder, string? accounting) : Level
    {
        private readonly KeptFile _quota = new($"{folder}/cpu.cfs_quota_us");
        private readonly KeptFile _period = new($"{folder}/cpu.cfs_period_us");
        private readonly KeptFile _stat = new($"{folder}/cpu.stat");
        private readonly KeptFile _usage = new($"{accounting ?? folder}/cpuacct.usage");

        internal override double? Quota(TextBuffer buffer)
            => ProcText.Number(_quota.Read(buffer)) is > 0 and var quota ? Cores(quota, ProcText.Number(_period.Read(buffer))) : null;

        public override void Dispose()
        {
            _quota.Dispose();
            _period.Dispose();
            _stat.Dispose();
            _usage.Dispose();
        }

        protected override (long?, double, string) Usage(TextBuffer buffer)
        {
            var text = _usage.Read(buffer);
            return (ProcText.Number(text), 1e-9, _usage.Without("number", !text.IsEmpty));
        }

        protected override (long?, long?, string) Periods(TextBuffer buffer) => Periods(_stat, buffer);
    }
}
