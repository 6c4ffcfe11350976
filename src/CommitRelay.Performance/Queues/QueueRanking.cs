using System.Text;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>Where a task stands in the order of work: the smaller, the sooner.</summary>
internal readonly record struct QueueRank(int Priority, long CreatedTicks, long Index) : IComparable<QueueRank>
{
    public int CompareTo(QueueRank other)
    {
        var order = Priority.CompareTo(other.Priority);
        if (order == 0)
            order = CreatedTicks.CompareTo(other.CreatedTicks);
        return order != 0 ? order : Index.CompareTo(other.Index);
    }
}

/// <summary>Ranks tasks by priority, then age.</summary>
internal sealed class QueueRanking(QueueReaderOptions options)
{
    private readonly byte[][] _priorities = [.. options.PriorityOrder.Select(Encoding.UTF8.GetBytes)];

    /// <param name="priority">Starts with the priority's value; empty when absent.</param>
    /// <param name="created">Starts with the value of the time of creation; empty when absent.</param>
    /// <param name="index">The place in the file.</param>
    public QueueRank Of(ReadOnlySpan<byte> priority, ReadOnlySpan<byte> created, long index)
        => new(PriorityOf(priority), JsonText.TryInstant(created, out var instant) ? instant.UtcTicks : long.MaxValue, index);

    /// <summary>The place in the order of priorities; behind the last for anything else.</summary>
    public int PriorityOf(ReadOnlySpan<byte> value)
    {
        if (!JsonText.TryRawText(value, out var raw))
            return _priorities.Length;
        for (var i = 0; i < _priorities.Length; i++)
        {
            if (JsonText.RawEquals(raw, _priorities[i]))
                return i;
        }

        return _priorities.Length;
    }
}
