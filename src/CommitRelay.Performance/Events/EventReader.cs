using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Events;

/// <summary>
/// Reads event files as values, not as lines: one a line, printed over many lines, or one directly behind the other; empty lines, lines that
/// begin with <c>#</c>, a byte order mark and CRLF are skipped. What is no value is reported with place and reason, and reading goes on behind it.
/// </summary>
/// <remarks>
/// Thread-safe: every call reads for itself. Memory is one buffer that grows to the longest value. Files may be appended to, rolled and deleted
/// meanwhile; a call reads what is there when it comes to it. A file that does not exist has no events. Files are read on the calling thread, as
/// <see cref="Queues.QueueReader"/> does; only following waits without one.
/// </remarks>
public sealed partial class EventReader
{
    private readonly EventReaderOptions _options;
    private readonly TimeProvider _time;

    /// <summary>Creates a reader of one event file; nothing is opened yet.</summary>
    /// <param name="path">The event file; a rolled or compressed part can be given too.</param>
    /// <param name="options">The settings; null for the defaults.</param>
    /// <param name="timeProvider">The clock of <see cref="FollowAsync"/>; null for the system's.</param>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public EventReader(string path, EventReaderOptions? options = null, TimeProvider? timeProvider = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new EventReaderOptions();
        options.Validate();
        Path = System.IO.Path.GetFullPath(path);
        _options = options with { };
        _time = timeProvider ?? TimeProvider.System;
    }

    /// <summary>The event file's full path.</summary>
    public string Path { get; }

    /// <summary>Reads every event as one type. An event of another shape is reported as damaged.</summary>
    /// <param name="type">How it is read; what it does not ask for is skipped and not checked further.</param>
    /// <param name="filter">Decided on the bytes, before anything is parsed; null for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="IOException">A part cannot be read.</exception>
    public async IAsyncEnumerable<T?> ReadAsync<T>(JsonTypeInfo<T> type, JsonFilter? filter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(type);

        // A filter needs checked bytes; without one, parsing is the check.
        var required = SkippableWithout(filter);
        foreach (var part in Parts())
        {
            using var source = EventPart.TryOpen(part);
            if (source is null)
                continue;
            var cutter = new EventCutter(part, _options);
            do
            {
                while (TryNext(cutter, required, out var json, @unchecked: filter is null))
                {
                    if (filter is null ? TryParseLine(cutter, json, part, type, out var value) : filter.Matches(json.Span) && TryParse(new EventText(json, cutter.ValueOffset, part), type, out value))
                        yield return value;
                }
            }
            while (await FillAsync(cutter, source, cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>Reads every event as it stands.</summary>
    /// <param name="filter">Decided on the bytes; null for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="IOException">A part cannot be read.</exception>
    public async IAsyncEnumerable<EventText> ReadRawAsync(JsonFilter? filter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var required = SkippableWithout(filter);
        foreach (var part in Parts())
        {
            using var source = EventPart.TryOpen(part);
            if (source is null)
                continue;
            var cutter = new EventCutter(part, _options);
            do
            {
                while (TryNext(cutter, required, out var json))
                {
                    if (filter is null || filter.Matches(json.Span))
                        yield return new EventText(json, cutter.ValueOffset, part);
                }
            }
            while (await FillAsync(cutter, source, cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>Reads every event of a stream, such as standard input, as it stands and as soon as it has come.</summary>
    /// <param name="source">The stream, read to its end unless the reading is given up; it stays open.</param>
    /// <param name="name">A name for the events and for damage.</param>
    /// <param name="options">The settings; null for the defaults. What they say of archives is not asked.</param>
    /// <param name="filter">Decided on the bytes; null for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static async IAsyncEnumerable<EventText> ReadRawStreamAsync(Stream source, string name, EventReaderOptions? options = null, JsonFilter? filter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentException.ThrowIfNullOrEmpty(name);
        var own = (options ?? new EventReaderOptions()) with { };
        own.Validate();
        var cutter = new EventCutter(name, own);
        while (true)
        {
            while (cutter.TryNext(out var json))
            {
                if (filter is null || filter.Matches(json.Span))
                    yield return new EventText(json, cutter.ValueOffset, name);
            }

            if (cutter.HasEnded)
                break;
            var read = await source.ReadAsync(cutter.Room(), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                cutter.End(source);
            else
                cutter.Filled(read);
        }
    }

    /// <summary>The parts in the order of their events.</summary>
    private IEnumerable<string> Parts()
        => _options.IncludeArchives ? EventArchives.Find(Path, ArchiveFolder).Select(static archive => archive.Path).Append(Path) : [Path];

    private string? ArchiveFolder => _options.ArchiveFolder is { } folder ? System.IO.Path.GetFullPath(folder, System.IO.Path.GetDirectoryName(Path)!) : null;

    /// <summary>What a line must hold to be looked at; nothing while somebody wants to hear of damage, since lines that are skipped are not checked.</summary>
    private ReadOnlyMemory<byte> SkippableWithout(JsonFilter? filter) => _options.OnDamaged is null && filter is not null ? filter.RequiredBytes : default;

    private static bool TryNext(EventCutter cutter, ReadOnlyMemory<byte> required, out ReadOnlyMemory<byte> json, bool @unchecked = false)
    {
        if (!required.IsEmpty)
            cutter.SkipLinesWithout(required.Span);
        return cutter.TryNext(out json, @unchecked);
    }

    /// <summary>
    /// Reads on, synchronously: from the page cache that is far cheaper than a detour over the thread pool, which is all that asynchronous file
    /// reads are on Unix. False when all was read and the cutter had its last chance.
    /// </summary>
    private static ValueTask<bool> FillAsync(EventCutter cutter, Stream source, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (cutter.HasEnded)
            return new(false);
        var read = source.Read(cutter.Room().Span);
        if (read == 0)
            cutter.End(source);
        else
            cutter.Filled(read);
        return new(true);
    }

    /// <summary>Parses a line that was not checked. Where that fails, it is cut strictly, to tell damage and several values from another shape.</summary>
    private bool TryParseLine<T>(EventCutter cutter, ReadOnlyMemory<byte> line, string part, JsonTypeInfo<T> type, out T? value)
    {
        try
        {
            value = JsonSerializer.Deserialize(line.Span, type);
            return true;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            cutter.Reject(line);
        }

        value = default;
        return cutter.TryNext(out var json) && TryParse(new EventText(json, cutter.ValueOffset, part), type, out value);
    }

    private bool TryParse<T>(in EventText text, JsonTypeInfo<T> type, out T? value)
    {
        try
        {
            value = JsonSerializer.Deserialize(text.Json.Span, type);
            return true;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            _options.Tell(new EventDamage(text.File, text.Offset, text.Json.Length, $"no {typeof(T).Name}: {e.Message}"));
            value = default;
            return false;
        }
    }
}
