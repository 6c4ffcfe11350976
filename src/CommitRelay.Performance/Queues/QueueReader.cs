using System.Runtime.CompilerServices;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>
/// Reads the tasks of a queue file of any size in constant memory: one buffer and the largest task. Filters are decided on bytes;
/// what they skip is never parsed.
/// </summary>
/// <remarks>
/// Thread-safe: one reader serves many reads at once. Each read is a snapshot: a file put in the place of the one being read does not disturb it;
/// truncating or rewriting it in place is reported at the end. Files and memory are read on the caller's thread (asynchronous reads of a cached
/// file would cost more than the reading); streams and pipes are awaited.
/// </remarks>
public partial class QueueReader
{
    /// <summary>Makes a reader.</summary>
    /// <param name="options">How to read; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public QueueReader(QueueReaderOptions? options = null) => Options = (options ?? new QueueReaderOptions()).Validated();

    /// <summary>How this reader reads.</summary>
    public QueueReaderOptions Options { get; }

    /// <summary>Reads the elements that match, as bytes, in the order of the file.</summary>
    /// <param name="source">A path, a stream, a pipe or memory.</param>
    /// <param name="filter">Which; null for all.</param>
    /// <param name="statistics">Filled while reading; null when not wanted.</param>
    /// <param name="cancellationToken">Ends the reading, at the latest after one buffer.</param>
    /// <exception cref="QueueFormatException">The text is broken and <see cref="QueueReaderOptions.OnMalformed"/> is null. What was yielded before stands.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public async IAsyncEnumerable<QueueElement> ReadElementsAsync(QueueSource source, JsonFilter? filter = null, QueueReadStatistics? statistics = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var scan = new QueueScan(source, Options, filter, statistics, checks: true);
        while (await scan.MoveNextAsync(cancellationToken).ConfigureAwait(false))
        {
            for (var i = 0; i < scan.Matches.Length; i++)
            {
                yield return scan.Element(scan.Matches[i]);
                scan.Poison(scan.Matches[i]);
            }
        }
    }

    /// <summary>Calls a visitor for each element that matches: the fastest way over many.</summary>
    /// <typeparam name="TVisitor">A struct, so that the calls are inlined.</typeparam>
    /// <param name="source">A path, a stream, a pipe or memory.</param>
    /// <param name="visitor">The visitor; a copy of it is called.</param>
    /// <param name="filter">Which; null for all.</param>
    /// <param name="statistics">Filled while reading; null when not wanted.</param>
    /// <param name="cancellationToken">Ends the reading, at the latest after one buffer.</param>
    /// <returns>The visitor as the calls have left it.</returns>
    /// <exception cref="QueueFormatException">The text is broken and <see cref="QueueReaderOptions.OnMalformed"/> is null.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public async Task<TVisitor> VisitAsync<TVisitor>(QueueSource source, TVisitor visitor, JsonFilter? filter = null, QueueReadStatistics? statistics = null, CancellationToken cancellationToken = default)
        where TVisitor : struct, IQueueVisitor
    {
        using var scan = new QueueScan(source, Options, filter, statistics, checks: true);
        while (await scan.MoveNextAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!VisitBatch(scan, ref visitor))
                break;
        }

        return visitor;
    }

    private static bool VisitBatch<TVisitor>(QueueScan scan, ref TVisitor visitor)
        where TVisitor : struct, IQueueVisitor
    {
        var poisons = scan.Options.PoisonElements;
        foreach (ref readonly var match in scan.Matches)
        {
            var goesOn = visitor.Visit(scan.Element(match));
            if (poisons)
                scan.Poison(match);
            if (!goesOn)
                return false;
        }

        return true;
    }
}
