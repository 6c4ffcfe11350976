namespace CommitRelay.Performance.Probes.Linux;

/// <summary>Memory limits of all groups this process is in, of both versions.</summary>
internal sealed class MemoryLimits : IDisposable
{
    private readonly Level[] _levels;

    internal MemoryLimits(GroupPlaces places) => _levels =
    [
        .. places.Unified.Select(static f => new Level(f, "memory.max", "memory.current", "inactive_file ")),
        .. places.Memory.Select(static f => new Level(f, "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file ")),
    ];

    /// <summary>Sets limit, headroom and utilization from the host's figures and every level's.</summary>
    internal void Sample(MemorySample into, TextBuffer buffer, Look look, long? total, long? available)
    {
        var limit = total;
        var headroom = available;
        var utilization = total > 0 && available is { } free ? Math.Clamp(1 - ((double)free / total.Value), 0, 1) : (double?)null;
        foreach (var level in _levels)
        {
            // A limit above the host's memory limits nothing. One above an inner limit may: others use up what it allows.
            if (level.Limit(buffer) is not { } most || most >= (total ?? long.MaxValue))
                continue;
            limit = Math.Min(limit ?? most, most);
            if (level.Used(buffer) is not { } used)
                continue;
            headroom = Math.Min(headroom ?? long.MaxValue, Math.Max(0, most - used));
            utilization = Math.Max(utilization ?? 0, most > 0 ? Math.Clamp((double)used / most, 0, 1) : 1);
        }

        into.Limit = look.Of(limit, into.Total.UnknownBecause ?? "", Units.Bytes);
        into.Headroom = look.Of(headroom, into.Available.UnknownBecause ?? "", Units.Bytes);
        into.Utilization = look.Of(utilization, into.Available.UnknownBecause ?? "", Units.Ratio);
    }

    public void Dispose()
    {
        foreach (var level in _levels)
            level.Dispose();
    }

    private sealed class Level(string folder, string limit, string usage, string inactive) : IDisposable
    {
        private readonly KeptFile _limit = new($"{folder}/{limit}");
        private readonly KeptFile _usage = new($"{folder}/{usage}");
        private readonly KeptFile _stat = new($"{folder}/memory.stat");
        private readonly byte[] _inactive = System.Text.Encoding.ASCII.GetBytes(inactive);

        /// <summary>Null when there is no limit ("max", or no such file: the root) or it cannot be read.</summary>
        internal long? Limit(TextBuffer buffer) => ProcText.Number(_limit.Read(buffer));

        internal long? Used(TextBuffer buffer)
        {
            if (ProcText.Number(_usage.Read(buffer)) is not { } used)
                return null;
            return Math.Max(0, used - (ProcText.Field(_stat.Read(buffer), _inactive) ?? 0));
        }

        public void Dispose()
        {
            _limit.Dispose();
            _usage.Dispose();
            _stat.Dispose();
        }
    }
}
