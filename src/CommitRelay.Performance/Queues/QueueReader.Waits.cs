using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <content>Times between two instants of a task.</content>
public partial class QueueReader
{
    /// <summary>
    /// The time between two instants of each element, such as from <c>created_at</c> to <c>started_at</c>. Offsets are honoured, fractions of seconds
    /// are dropped before subtracting, elements that lack one of the two (or have null) are left out. Memory: the longest ones.
    /// </summary>
    /// <param name="source">A path, a stream, a pipe or memory.</param>
    /// <param name="from">The member with the first instant.</param>
    /// <param name="to">The member with the second instant.</param>
    /// <param name="longest">How many of the longest to keep, at least 1.</param>
    /// <param name="filter">Which elements; null for all.</param>
    /// <param name="statistics">Filled while reading; null when not wanted.</param>
    /// <param name="cancellationToken">Ends the reading, at the latest after one buffer.</param>
    /// <exception cref="QueueFormatException">The text is broken and <see cref="QueueReaderOptions.OnMalformed"/> is null.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public async Task<QueueWaits> WaitsAsync(QueueSource source, JsonPath from, JsonPath to, int longest = 5, JsonFilter? filter = null, QueueReadStatistics? statistics = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        ArgumentOutOfRangeException.ThrowIfLessThan(longest, 1);
        using var scan = new QueueScan(source, Options, filter, statistics, checks: false, from, to);
        var tally = new WaitTally(longest, Options.Members.Id);
        while (await scan.MoveNextAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (ref readonly var match in scan.Matches)
            {
                if (scan.TryValue(match, 0, out var first) && scan.TryValue(match, 1, out var second))
                    tally.Add(scan, match, first, second);
            }
        }

        return tally.ToWaits();
    }
}
