using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace CommitRelay.Performance.Events;

/// <summary>Keeps events in memory, for tests and for programs without a disk. Unbounded; every level of durability is reached at once, and none outlives the process.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class InMemoryEventSink : IEventSink
{
    private readonly Lock _gate = new();
    private readonly List<byte[]> _lines = [];
    private bool _disposed;

    /// <summary>How many events it holds.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _lines.Count;
        }
    }

    /// <summary>The events as lines of text, oldest first, as they are now.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
                return [.. _lines.Select(Encoding.UTF8.GetString)];
        }
    }

    /// <summary>The events, read as one type, oldest first.</summary>
    /// <exception cref="JsonException">One of them is none of that type.</exception>
    public IReadOnlyList<T?> Read<T>(JsonTypeInfo<T> type)
    {
        lock (_gate)
            return [.. _lines.Select(line => JsonSerializer.Deserialize(line, type))];
    }

    /// <inheritdoc/>
    public void Write<T>(T value, JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(type);
        var scratch = EventScratch.Rent();
        try
        {
            Add(scratch.Serialize(value, type));
        }
        finally
        {
            scratch.Return();
        }
    }

    /// <inheritdoc/>
    public void WriteLine(ReadOnlySpan<byte> utf8) => Add(EventLine.Checked(utf8));

    /// <inheritdoc/>
    public bool TryWrite<T>(T value, JsonTypeInfo<T> type)
    {
        Write(value, type);
        return true;
    }

    /// <inheritdoc/>
    public bool TryWriteLine(ReadOnlySpan<byte> utf8)
    {
        WriteLine(utf8);
        return true;
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync<T>(T value, JsonTypeInfo<T> type, Durability durability, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        Write(value, type);
        return default;
    }

    /// <inheritdoc/>
    public ValueTask WriteLineAsync(ReadOnlyMemory<byte> utf8, Durability durability, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        WriteLine(utf8.Span);
        return default;
    }

    /// <inheritdoc/>
    public ValueTask FlushAsync(Durability durability = Durability.Flushed, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled(cancellationToken) : default;
    }

    /// <summary>Takes no more events; those it holds can still be read.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
            _disposed = true;
        return default;
    }

    private void Add(ReadOnlySpan<byte> line)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _lines.Add(line.ToArray());
        }
    }
}
