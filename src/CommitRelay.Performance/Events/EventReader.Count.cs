using System.Text;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Events;

public sealed partial class EventReader
{
    /// <summary>Counts the events.</summary>
    /// <param name="filter">Decided on the bytes; null for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="IOException">A part cannot be read.</exception>
    public async ValueTask<long> CountAsync(JsonFilter? filter = null, CancellationToken cancellationToken = default)
    {
        long count = 0;
        var required = SkippableWithout(filter);
        foreach (var part in Parts())
            await VisitAsync(part, required, json => count += filter is null || filter.Matches(json) ? 1 : 0, cancellationToken).ConfigureAwait(false);
        return count;
    }

    /// <summary>Counts the events by the text of a member, such as <c>type</c>.</summary>
    /// <param name="members">Names of members of the event itself; the first that is a text counts. The Commit Relay's are <c>type</c>, <c>event_type</c>, <c>event</c>.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The counts; events without such a member, and values that are no objects, under <c>(none)</c> and nowhere.</returns>
    /// <exception cref="IOException">A part cannot be read.</exception>
    public async ValueTask<IReadOnlyDictionary<string, long>> CountByAsync(IReadOnlyList<string> members, CancellationToken cancellationToken = default)
    {
        var tally = new EventTally(members);
        foreach (var part in Parts())
            await TallyAsync(part, tally, cancellationToken).ConfigureAwait(false);
        return tally.Counts;
    }

    private async ValueTask TallyAsync(string part, EventTally tally, CancellationToken cancellationToken)
    {
        using var source = EventPart.TryOpen(part);
        if (source is null)
            return;
        var cutter = new EventCutter(part, _options);
        do
        {
            while (cutter.TryNext(out var json, @unchecked: true))
            {
                if (tally.TryAdd(json.Span))
                    continue;
                cutter.Reject(json);
                if (cutter.TryNext(out json))
                    tally.Add(json.Span);
            }
        }
        while (await FillAsync(cutter, source, cancellationToken).ConfigureAwait(false));
    }

    private async ValueTask VisitAsync(string part, ReadOnlyMemory<byte> required, EventVisitor visit, CancellationToken cancellationToken)
    {
        using var source = EventPart.TryOpen(part);
        if (source is null)
            return;
        var cutter = new EventCutter(part, _options);
        do
        {
            while (TryNext(cutter, required, out var json))
                visit(json.Span);
        }
        while (await FillAsync(cutter, source, cancellationToken).ConfigureAwait(false));
    }

    private delegate void EventVisitor(ReadOnlySpan<byte> json);
}
