using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <content>Counting.</content>
public partial class QueueReader
{
    /// <summary>Counts the elements that match.</summary>
    /// <param name="source">A path, a stream, a pipe or memory.</param>
    /// <param name="filter">Which; null for all.</param>
    /// <param name="statistics">Filled while reading; null when not wanted.</param>
    /// <param name="cancellationToken">Ends the reading, at the latest after one buffer.</param>
    /// <exception cref="QueueFormatException">The text is broken and <see cref="QueueReaderOptions.OnMalformed"/> is null.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public async Task<long> CountAsync(QueueSource source, JsonFilter? filter = null, QueueReadStatistics? statistics = null, CancellationToken cancellationToken = default)
    {
        using var scan = new QueueScan(source, Options, filter, statistics, checks: false);
        var parts = new PartedScan<QueueScan, long>(scan, Count, cancellationToken);
        await using var _ = parts.ConfigureAwait(false);
        var count = 0L;
        do
        {
            while (await scan.MoveNextAsync(cancellationToken).ConfigureAwait(false))
                count += scan.Matches.Length;
            while (await parts.MoveNextAsync().ConfigureAwait(false))
                count += parts.Current;
        }
        while (parts.ScanGoesOn);
        return count;
    }

    /// <summary>Counts the elements that match by the text of one member.</summary>
    /// <param name="source">A path, a stream, a pipe or memory.</param>
    /// <param name="member">The member, such as <c>status</c>.</param>
    /// <param name="filter">Which; null for all.</param>
    /// <param name="statistics">Filled while reading; null when not wanted.</param>
    /// <param name="cancellationToken">Ends the reading, at the latest after one buffer.</param>
    /// <returns>Memory grows with the number of different texts.</returns>
    /// <exception cref="QueueFormatException">The text is broken and <see cref="QueueReaderOptions.OnMalformed"/> is null.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public async Task<QueueCounts> CountByAsync(QueueSource source, JsonPath member, JsonFilter? filter = null, QueueReadStatistics? statistics = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(member);
        using var scan = new QueueScan(source, Options, filter, statistics, checks: false, member);
        var parts = new PartedScan<QueueScan, TextTally>(scan, Tally, cancellationToken);
        await using var _ = parts.ConfigureAwait(false);
        var tally = new TextTally();
        do
        {
            while (await scan.MoveNextAsync(cancellationToken).ConfigureAwait(false))
                AddBatch(scan, tally);
            while (await parts.MoveNextAsync().ConfigureAwait(false))
                tally.Add(parts.Current);
        }
        while (parts.ScanGoesOn);
        return tally.ToCounts();
    }

    private static long Count(QueueScan scan, CancellationToken cancellationToken)
    {
        var count = 0L;
        while (scan.MoveNext(cancellationToken))
            count += scan.Matches.Length;
        return count;
    }

    private static TextTally Tally(QueueScan scan, CancellationToken cancellationToken)
    {
        var tally = new TextTally();
        while (scan.MoveNext(cancellationToken))
            AddBatch(scan, tally);
        return tally;
    }

    private static void AddBatch(QueueScan scan, TextTally tally)
    {
        foreach (ref readonly var match in scan.Matches)
            tally.Add(scan.TryValue(match, 0, out var value) ? value : default);
    }
}
