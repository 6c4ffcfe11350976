namespace CommitRelay.Performance.Events;

/// <summary>An event file looked through in one pass: by lines, as <c>wc</c> and line-wise tools see it, and by values, as it is meant.</summary>
/// <param name="Bytes">The file's length (unpacked, where the file is gzip).</param>
/// <param name="Newlines">Line feeds.</param>
/// <param name="NonEmptyLines">Lines with more than spaces, tabs and carriage returns.</param>
/// <param name="ValidLines">Lines that are one JSON text by themselves.</param>
/// <param name="Records">The values, whatever the lines.</param>
/// <param name="Damaged">Stretches that are no value, each up to the next <c>{</c> that begins a line; the first 100,000 of them.</param>
public sealed record EventSurvey(long Bytes, long Newlines, long NonEmptyLines, long ValidLines, EventFigures Records, IReadOnlyList<EventDamage> Damaged)
{
    private const int DamagedKept = 100_000;

    /// <summary>How many damaged stretches there are.</summary>
    public long DamagedCount { get; init; }

    /// <summary>Lines that are neither empty nor JSON by themselves.</summary>
    public long InvalidLines => NonEmptyLines - ValidLines;

    /// <summary>Looks through one file: an event file or a rolled part, plain or gzip.</summary>
    /// <remarks>
    /// All that is neither blank nor a value counts as damaged here, comment lines (<c>#</c>), zero bytes and a byte order mark included, which
    /// <see cref="EventReader"/> passes over. Memory: one buffer that grows to the longest value.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Ends the reading, at the latest after one buffer.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async Task<EventSurvey> ReadAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var source = EventPart.TryOpen(path) ?? throw new FileNotFoundException($"{path}: there is no such file.", path);
        return await ReadStreamAsync(source, path, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Looks through a stream, such as standard input.</summary>
    /// <param name="source">The stream, read to its end; it stays open.</param>
    /// <param name="name">A name for the damage.</param>
    /// <param name="cancellationToken">Ends the reading, at the latest after one buffer.</param>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static async Task<EventSurvey> ReadStreamAsync(Stream source, string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentException.ThrowIfNullOrEmpty(name);
        var damaged = new List<EventDamage>();
        var damagedCount = 0L;
        var tally = new EventFigureTally();
        var lines = new LineTally();
        var cutter = new EventCutter(name, new EventReaderOptions { OnDamaged = Note, MaxEventBytes = 1 << 30 }) { ValuesOnly = true };
        while (true)
        {
            while (TryNext(cutter, tally))
                TakeLine(cutter, lines);
            lines.Take(cutter.Bytes(lines.Bytes, cutter.Reached));
            if (cutter.HasEnded)
                break;
            var read = await source.ReadAsync(cutter.Room(), cancellationToken).ConfigureAwait(false);
            cutter.Filled(read);
            if (read == 0)
                cutter.End(source);
        }

        lines.End();
        return new EventSurvey(lines.Bytes, lines.Newlines, lines.NonEmpty, lines.Valid, tally.ToFigures(), damaged) { DamagedCount = damagedCount };

        void Note(EventDamage damage)
        {
            if (damagedCount++ < DamagedKept)
                damaged.Add(damage);
        }
    }

    /// <summary>Counts the next value. False when more bytes are needed, or all are used up.</summary>
    private static bool TryNext(EventCutter cutter, EventFigureTally tally)
    {
        if (!cutter.TryNext(out var json, @unchecked: true))
            return false;
        if (tally.TryAdd(json.Span))
            return true;
        cutter.Reject(json);
        if (!cutter.TryNext(out json))
            return false;
        tally.Add(json.Span);
        return true;
    }

    /// <summary>A line that is one value need not be checked again as a line.</summary>
    private static void TakeLine(EventCutter cutter, LineTally lines)
    {
        if (cutter.LineEnd < 0 || cutter.ValueOffset < lines.Bytes)
            return;
        lines.Take(cutter.Bytes(lines.Bytes, cutter.ValueOffset));
        lines.TryTakeValid(cutter.LineEnd - lines.Bytes);
    }
}
