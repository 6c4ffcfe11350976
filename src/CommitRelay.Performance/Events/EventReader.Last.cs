using System.Text.Json.Serialization.Metadata;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Events;

public sealed partial class EventReader
{
    /// <summary>Some dozens of records; small enough that asking every second for the newest one costs no large buffers.</summary>
    private const int FirstWindow = 16 * 1024;

    /// <summary>Reads the last events, from the end of the file: only as much of it is read as they need, whatever its size.</summary>
    /// <param name="count">How many at most.</param>
    /// <param name="type">How they are read.</param>
    /// <param name="filter">Only events that match count; null for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The events, oldest first. Fewer than asked when there are no more, or when some are not of the type.</returns>
    /// <remarks>A <c>{</c> that begins a line is taken to begin a value. Values on lines that begin otherwise are found too, if need be by reading the whole file.</remarks>
    /// <exception cref="IOException">A part cannot be read.</exception>
    public async ValueTask<IReadOnlyList<T?>> LastAsync<T>(int count, JsonTypeInfo<T> type, JsonFilter? filter = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(type);
        var read = new List<T?>();
        foreach (var text in await LastOfPartsAsync(count, filter, cancellationToken).ConfigureAwait(false))
        {
            if (TryParse(text, type, out var value))
                read.Add(value);
        }

        return read;
    }

    /// <summary>Reads the last events as they stand, from the end of the file.</summary>
    /// <param name="count">How many at most.</param>
    /// <param name="filter">Only events that match count; null for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The events, oldest first; their bytes stay valid.</returns>
    /// <exception cref="IOException">A part cannot be read.</exception>
    public async ValueTask<IReadOnlyList<EventText>> LastRawAsync(int count, JsonFilter? filter = null, CancellationToken cancellationToken = default)
        => await LastOfPartsAsync(count, filter, cancellationToken).ConfigureAwait(false);

    private async ValueTask<List<EventText>> LastOfPartsAsync(int count, JsonFilter? filter, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var last = new List<EventText>();
        foreach (var part in Parts().Reverse())
        {
            if (last.Count >= count)
                break;
            var newest = part.EndsWith(EventArchive.Compressed, StringComparison.Ordinal)
                ? await LastOfStreamAsync(part, 0, long.MaxValue, count - last.Count, filter, _options, cancellationToken).ConfigureAwait(false)
                : await LastOfFileAsync(part, count - last.Count, filter, cancellationToken).ConfigureAwait(false);
            last.InsertRange(0, newest);
        }

        return last;
    }

    /// <summary>Reads windows from the end, each twice as long, until one holds enough. Damage is told of the window that counts.</summary>
    private async ValueTask<List<EventText>> LastOfFileAsync(string part, int count, JsonFilter? filter, CancellationToken cancellationToken)
    {
        if (!File.Exists(part))
            return [];
        var length = new FileInfo(part).Length;
        var silent = _options with { OnDamaged = null };
        for (long window = FirstWindow; window < length; window *= 2)
        {
            if (FirstLineStart(part, length - window, length, cancellationToken) is not { } start)
                continue;
            var found = await LastOfStreamAsync(part, start, length, count, filter, silent, cancellationToken).ConfigureAwait(false);
            if (found.Count == count)
                return _options.OnDamaged is null ? found : await LastOfStreamAsync(part, start, length, count, filter, _options, cancellationToken).ConfigureAwait(false);
        }

        return await LastOfStreamAsync(part, 0, length, count, filter, _options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The offset of the first <c>{</c> at or behind a place that begins a line; null when there is none before the end.</summary>
    private static long? FirstLineStart(string part, long from, long end, CancellationToken cancellationToken)
    {
        using var file = EventPart.OpenPlain(part);
        var buffer = new byte[FirstWindow];
        while (from < end - 1)
        {
            cancellationToken.ThrowIfCancellationRequested();
            file.Position = from;
            var read = file.ReadAtLeast(buffer, 2, throwOnEndOfStream: false);
            var at = buffer.AsSpan(0, read).IndexOf("\n{"u8);
            if (at >= 0)
                return from + at + 1;
            if (read < 2)
                break;
            from += read - 1;
        }

        return null;
    }

    private static async ValueTask<List<EventText>> LastOfStreamAsync(string part, long from, long to, int count, JsonFilter? filter, EventReaderOptions options, CancellationToken cancellationToken)
    {
        var last = new Queue<EventText>();
        using var source = EventPart.TryOpen(part);
        if (source is null || count == 0)
            return [];
        if (from > 0)
            source.Position = from;
        var cutter = new EventCutter(part, options, from, firstBuffer: 3 * FirstWindow / 2);
        do
        {
            while (cutter.TryNext(out var json))
            {
                if (cutter.ValueOffset >= to)
                    break;
                if (filter is not null && !filter.Matches(json.Span))
                    continue;
                if (last.Count == count)
                    last.Dequeue();
                last.Enqueue(new EventText(json.ToArray(), cutter.ValueOffset, part));
            }
        }
        while (await FillAsync(cutter, source, cancellationToken).ConfigureAwait(false));
        return [.. last];
    }
}
