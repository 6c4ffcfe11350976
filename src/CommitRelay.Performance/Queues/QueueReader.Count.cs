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
        using var scan = new QueueScan(source, Options, filter, statistics, yields: false);
        var count = 0L;
        while (await scan.MoveNextAsync(cancellationToken).ConfigureAwait(false))
            count += scan.Matches.Length;
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
        using var scan = new QueueScan(source, Options, filter, statistics, yields: false, member);
        var tally = new TextTally();
        while (await scan.MoveNextAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (ref readonly var match in scan.Matches)
                tally.Add(scan.TryValue(match, 0, out var value) ? value : default);
        }

        return tally.ToCounts();
    }
}
