using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Events;

public sealed partial class EventReader
{
    /// <summary>
    /// Reads events as they are written, without end. Follows the file when it is rolled, replaced or cut, through every part that was rolled
    /// meanwhile; never gives out half a value; looks for more every <see cref="EventReaderOptions.PollInterval"/>.
    /// </summary>
    /// <param name="type">How events are read. An event of another shape is reported as damaged.</param>
    /// <param name="from">Where to go on; null for what is written from now on, <see cref="EventPosition.Beginning"/> for all there is.</param>
    /// <param name="filter">Decided on the bytes; null for all.</param>
    /// <param name="cancellationToken">Ends the following.</param>
    /// <remarks>
    /// A file cut and grown past the old place between two looks is taken for the same file. A file replaced by one that holds the end of the
    /// old one (<c>tail -n 5000 f > t; mv t f</c>, <see cref="EventWriter.TrimAsync"/>) goes on where it was.
    /// </remarks>
    /// <exception cref="IOException">A part cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async IAsyncEnumerable<EventRecord<T>> FollowAsync<T>(JsonTypeInfo<T> type, EventPosition? from = null, JsonFilter? filter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(type);
        using var follower = new EventFollower(Path, ArchiveFolder, _options);
        follower.Start(from);
        while (true)
        {
            while (follower.TryNext(out var text))
            {
                if ((filter is null || filter.Matches(text.Json.Span)) && TryParse(text, type, out var value))
                    yield return new EventRecord<T>(value, follower.Position);
            }

            if (!await follower.ReadMoreAsync(cancellationToken).ConfigureAwait(false))
                await Task.Delay(_options.PollInterval, _time, cancellationToken).ConfigureAwait(false);
        }
    }
}
