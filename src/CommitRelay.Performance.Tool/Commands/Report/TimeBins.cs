namespace CommitRelay.Performance.Tool.Commands;

/// <summary>Values by the minute they fall into, drawn as columns of equal steps. Memory: the minutes that hold any.</summary>
internal sealed class TimeBins
{
    private const int MostColumns = 84;
    private readonly SortedDictionary<long, List<long>> _minutes = [];

    /// <summary>The minute of the first value; null when there is none.</summary>
    public DateTimeOffset? First => _minutes.Count == 0 ? null : new DateTimeOffset(_minutes.Keys.First() * TimeSpan.TicksPerMinute, TimeSpan.Zero);

    /// <summary>Adds a value of its own.</summary>
    public void Add(DateTimeOffset at, long value) => Minute(at).Add(value);

    /// <summary>Adds to the minute's count, its only value.</summary>
    public void Count(DateTimeOffset at, long count)
    {
        var values = Minute(at);
        if (values.Count == 0)
            values.Add(0);
        values[0] += count;
    }

    /// <summary>How long a column of a time is.</summary>
    public static TimeSpan Step(DateTimeOffset since, DateTimeOffset until) => (until - since) / Math.Clamp((int)Math.Min(MostColumns, (until - since).TotalMinutes), 1, MostColumns);

    /// <summary>What a column's values come to, at the middle of each column; columns without values are left out.</summary>
    public IReadOnlyList<(DateTimeOffset At, double Value)> Columns(DateTimeOffset since, DateTimeOffset until, Func<List<long>, double> sum)
    {
        var step = Step(since, until);
        var last = (int)Math.Round((until - since) / step) - 1;
        var begin = since.UtcTicks / TimeSpan.TicksPerMinute;
        return [.. _minutes
            .Where(minute => minute.Key >= begin)
            .GroupBy(minute => Math.Clamp((int)((minute.Key - begin) * TimeSpan.TicksPerMinute / step.Ticks), 0, last))
            .Select(column => (since + (step * (column.Key + 0.5)), sum([.. column.SelectMany(static minute => minute.Value)])))];
    }

    private List<long> Minute(DateTimeOffset at)
    {
        var minute = at.UtcTicks / TimeSpan.TicksPerMinute;
        if (!_minutes.TryGetValue(minute, out var values))
            _minutes[minute] = values = [];
        return values;
    }
}
