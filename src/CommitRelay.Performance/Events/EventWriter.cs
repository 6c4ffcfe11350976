using System.Text.Json.Serialization.Metadata;
using CommitRelay.Performance.Files;
using Microsoft.Extensions.Logging;

namespace CommitRelay.Performance.Events;

/// <summary>
/// Appends events to a JSON Lines file that other writers, other processes and shells share: serialised on the calling thread, gathered in
/// bounded memory, written in large appends of whole lines by one thread a file.
/// </summary>
/// <remarks>
/// <para>Thread-safe. All writers on one path in a process share that memory and thread; the last one to be disposed writes what is left.</para>
/// <para>A file that cannot be written (full disk, quota, permission, removed folder) loses nothing: events wait in memory and are tried again,
/// 50 ms to 5 s apart; <see cref="Health"/> shows it, and once the memory is full <see cref="EventWriterOptions.WhenFull"/> decides.</para>
/// <para>A call that waits for more than <see cref="Durability.Buffered"/>, finds nobody else at it and cannot be cancelled writes and syncs on the
/// calling thread, which is quicker than to wake another; pass a cancellation token where that thread must not block.</para>
/// <para>Local file systems only: over NFS or SMB appends of several machines are not atomic.</para>
/// </remarks>
public sealed class EventWriter : IEventSink
{
    private readonly EventFile _file;
    private int _disposed;

    /// <summary>Opens the file for appending, or creates it and its folder.</summary>
    /// <param name="path">The event file. A symbolic link is followed.</param>
    /// <param name="options">The settings; null for the defaults.</param>
    /// <param name="timeProvider">The clock of intervals, timeouts and roll-over; null for the system's.</param>
    /// <param name="logger">Where failures and recoveries are told; null for nowhere.</param>
    /// <exception cref="ArgumentException">A setting is out of its range, or another writer has the file open with other settings.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be created.</exception>
    public EventWriter(string path, EventWriterOptions? options = null, TimeProvider? timeProvider = null, ILogger<EventWriter>? logger = null)
        : this(path, options, timeProvider, logger, AppendFile.Open)
    {
    }

    internal EventWriter(string path, EventWriterOptions? options, TimeProvider? timeProvider, ILogger? logger, Func<string, AppendFile> open)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new EventWriterOptions();
        options.Validate();
        var copy = options with { Roll = options.Roll with { } };
        _file = EventFile.Share(path, copy, timeProvider ?? TimeProvider.System, logger, open);
    }

    /// <summary>The event file's full path.</summary>
    public string Path => _file.Path;

    /// <summary>Counts since the file was opened in this process, of all its writers together.</summary>
    public EventWriterStatistics Statistics => _file.Statistics;

    /// <summary>Whether the file is being written, what failed last, and what kill -9 would cost.</summary>
    public EventWriterHealth Health => _file.Health;

    /// <inheritdoc/>
    public void Write<T>(T value, JsonTypeInfo<T> type)
    {
        var scratch = Begin(type);
        try
        {
            _file.Write(scratch.Serialize(value, type));
        }
        finally
        {
            scratch.Return();
        }
    }

    /// <inheritdoc/>
    public void WriteLine(ReadOnlySpan<byte> utf8)
    {
        ThrowIfDisposed();
        _file.Write(EventLine.Checked(utf8));
    }

    /// <inheritdoc/>
    public bool TryWrite<T>(T value, JsonTypeInfo<T> type)
    {
        var scratch = Begin(type);
        try
        {
            return _file.TryEnqueue(scratch.Serialize(value, type), Durability.Buffered, out _);
        }
        finally
        {
            scratch.Return();
        }
    }

    /// <inheritdoc/>
    public bool TryWriteLine(ReadOnlySpan<byte> utf8)
    {
        ThrowIfDisposed();
        return _file.TryEnqueue(EventLine.Checked(utf8), Durability.Buffered, out _);
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync<T>(T value, JsonTypeInfo<T> type, Durability durability, CancellationToken cancellationToken = default)
    {
        var scratch = Begin(type);
        try
        {
            return _file.WriteAsync(scratch.Serialize(value, type), durability, cancellationToken);
        }
        finally
        {
            scratch.Return();
        }
    }

    /// <inheritdoc/>
    public ValueTask WriteLineAsync(ReadOnlyMemory<byte> utf8, Durability durability, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return _file.WriteAsync(EventLine.Checked(utf8.Span), durability, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask FlushAsync(Durability durability = Durability.Flushed, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return _file.FlushAsync(durability, cancellationToken);
    }

    /// <summary>Cuts the file to its last events. All that was written before is in the file when it is cut; other processes may go on appending.</summary>
    /// <param name="keepLast">How many values stay; what lies between them stays too.</param>
    /// <param name="cancellationToken">Ends the wait; the file may still be cut.</param>
    /// <returns>How many bytes were removed; 0 when there are no more events than that.</returns>
    /// <remarks>A reader sees the old file or the new one. A writer that takes no lock and keeps the old file open loses what it appends later.</remarks>
    /// <exception cref="IOException">The file could not be copied or replaced; it is as it was.</exception>
    public ValueTask<long> TrimAsync(int keepLast, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return _file.TrimAsync(keepLast, cancellationToken);
    }

    /// <summary>Rolls the file now, whatever its size and age: renames it, as <see cref="EventRollOptions"/> says where to. The next event begins a new one.</summary>
    /// <param name="cancellationToken">Ends the wait; the file may still be rolled.</param>
    /// <returns>How many bytes the rolled part has; 0 when the file was empty and was left.</returns>
    /// <exception cref="IOException">The file could not be renamed.</exception>
    public ValueTask<long> RollAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return _file.RollAsync(cancellationToken);
    }

    /// <summary>
    /// Writes what is left (<see cref="Durability.Flushed"/>) within <see cref="EventWriterOptions.DisposeTimeout"/>. The file stays open while
    /// other writers of this process share it.
    /// </summary>
    /// <exception cref="EventWriterException">Not all could be written; the exception says how many events, and whether mapped memory keeps them for the next writer.</exception>
    public ValueTask DisposeAsync() => Interlocked.Exchange(ref _disposed, 1) == 0 ? _file.DisposeAsync() : default;

    private EventScratch Begin(JsonTypeInfo type)
    {
        ThrowIfDisposed();
        ArgumentNullException.ThrowIfNull(type);
        return EventScratch.Rent();
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
}
