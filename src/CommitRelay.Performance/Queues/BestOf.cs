namespace CommitRelay.Performance.Queues;

/// <summary>Keeps the n smallest ranks and what goes with them, in a heap whose root is the worst that is kept.</summary>
internal sealed class BestOf<TRank, TItem>(int count)
    where TRank : IComparable<TRank>
{
    private static readonly IComparer<TRank> WorstFirst = Comparer<TRank>.Create(static (x, y) => y.CompareTo(x));

    private readonly PriorityQueue<TItem, TRank> _kept = new(WorstFirst);

    public bool Takes(TRank rank) => _kept.Count < count || (_kept.TryPeek(out _, out var worst) && rank.CompareTo(worst) < 0);

    public void Add(TRank rank, TItem item)
    {
        if (_kept.Count < count)
            _kept.Enqueue(item, rank);
        else
            _kept.EnqueueDequeue(item, rank);
    }

    public IReadOnlyList<TItem> ToOrdered() => [.. _kept.UnorderedItems.OrderBy(static entry => entry.Priority).Select(static entry => entry.Element)];
}
