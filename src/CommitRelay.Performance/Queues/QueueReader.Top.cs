using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <content>The first n by priority, then age.</content>
public partial class QueueReader
{
    /// <summary>
    /// The first n elements by priority (<see cref="QueueReaderOptions.PriorityOrder"/>), then by age (the oldest <see cref="QueueMemberNames.CreatedAt"/>
    /// first, unreadable and absent ones last), then by their place in the file. Memory: n elements.
    /// </summary>
    /// <param name="source">A path, a stream, a pipe or memory.</param>
    /// <param name="count">n, at least 1.</param>
    /// <param name="filter">Which; null for all.</param>
    /// <param name="statistics">Filled while reading; null when not wanted.</param>
    /// <param name="cancellationToken">Ends the reading, at the latest after one buffer.</param>
    /// <returns>Copies, which stay valid.</returns>
    /// <exception cref="QueueFormatException">The text is broken and <see cref="QueueReaderOptions.OnMalformed"/> is null.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public async Task<IReadOnlyList<QueueElement>> TopElementsAsync(QueueSource source, int count, JsonFilter? filter = null, QueueReadStatistics? statistics = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var rank = new QueueRanking(Options);
        using var scan = new QueueScan(source, Options, filter, statistics, checks: true, Options.Members.Priority, Options.Members.CreatedAt);
        var best = new BestOf<QueueRank, QueueElement>(count);
        while (await scan.MoveNextAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (ref readonly var match in scan.Matches)
                Offer(scan, match, rank, best);
        }

        return best.ToOrdered();
    }

    private static void Offer(QueueScan scan, in ElementSlice match, QueueRanking ranking, BestOf<QueueRank, QueueElement> best)
    {
        scan.TryValue(match, 0, out var priority);
        scan.TryValue(match, 1, out var created);
        var rank = ranking.Of(priority, created, match.Index);
        if (!best.Takes(rank))
            return;
        var element = scan.Element(match);
        best.Add(rank, new QueueElement(element.ToArray(), element.Index, element.Offset));
    }
}
