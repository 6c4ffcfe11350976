using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>Gathers what <see cref="QueueWaits"/> tells.</summary>
internal sealed class WaitTally(int longest, JsonPath id)
{
    /// <summary>What some writers call the id.</summary>
    private static readonly JsonPath OtherId = "task_id";

    private readonly BestOf<LongestFirst, QueueWait> _longest = new(longest);
    private long _count;
    private long _unreadable;
    private long _negative;
    private long _min = long.MaxValue;
    private long _max = long.MinValue;
    private long _sum;

    public void Add(QueueScan scan, in ElementSlice slice, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        if (from.StartsWith("null"u8) || to.StartsWith("null"u8))
            return;
        if (!JsonText.TryInstant(from, out var first) || !JsonText.TryInstant(to, out var second))
        {
            _unreadable++;
            return;
        }

        var seconds = Instants.SecondsBetween(first, second);
        _count++;
        _sum += seconds;
        _negative += seconds < 0 ? 1 : 0;
        _min = Math.Min(_min, seconds);
        _max = Math.Max(_max, seconds);
        var rank = new LongestFirst(seconds, slice.Index);
        if (_longest.Takes(rank))
            _longest.Add(rank, new QueueWait(IdOf(scan.Element(slice)), slice.Index, seconds));
    }

    private string? IdOf(in QueueElement element) => element.GetText(id) ?? element.GetText(OtherId);

    public QueueWaits ToWaits()
        => new(_count, _unreadable, _negative, _count == 0 ? null : _min, _count == 0 ? null : _max, _sum, _longest.ToOrdered());

    private readonly record struct LongestFirst(long Seconds, long Index) : IComparable<LongestFirst>
    {
        public int CompareTo(LongestFirst other)
        {
            var order = other.Seconds.CompareTo(Seconds);
            return order != 0 ? order : other.Index.CompareTo(Index);
        }
    }
}
