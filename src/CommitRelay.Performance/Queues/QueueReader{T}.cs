using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>A <see cref="QueueReader"/> that also makes objects of the tasks.</summary>
/// <typeparam name="T">A task.</typeparam>
public sealed class QueueReader<T> : QueueReader
{
    private readonly JsonTypeInfo<T> _typeInfo;

    /// <summary>Makes a reader.</summary>
    /// <param name="typeInfo">How to make a task of its bytes, usually from a source-generated context.</param>
    /// <param name="options">How to read; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public QueueReader(JsonTypeInfo<T> typeInfo, QueueReaderOptions? options = null)
        : base(options)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        _typeInfo = typeInfo;
    }

    /// <summary>Reads the tasks that match, in the order of the file. An element that is <c>null</c> is passed over.</summary>
    /// <param name="source">A path, a stream, a pipe or memory.</param>
    /// <param name="filter">Which, decided before a task is parsed; null for all.</param>
    /// <param name="statistics">Filled while reading; null when not wanted.</param>
    /// <param name="cancellationToken">Ends the reading, at the latest after one buffer.</param>
    /// <exception cref="QueueFormatException">The text is broken, or an element does not fit the type, and <see cref="QueueReaderOptions.OnMalformed"/> is null.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public async IAsyncEnumerable<T> ReadAsync(QueueSource source, JsonFilter? filter = null, QueueReadStatistics? statistics = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var scan = new QueueScan(source, Options, filter, statistics, yields: true);
        while (await scan.MoveNextAsync(cancellationToken).ConfigureAwait(false))
        {
            for (var i = 0; i < scan.Matches.Length; i++)
            {
                if (Make(scan, scan.Matches[i]) is { } task)
                    yield return task;
            }
        }
    }

    /// <summary>The first n tasks by priority, then age, then their place in the file; see <see cref="QueueReader.TopElementsAsync"/>.</summary>
    /// <param name="source">A path, a stream, a pipe or memory.</param>
    /// <param name="count">n, at least 1.</param>
    /// <param name="filter">Which; null for all.</param>
    /// <param name="statistics">Filled while reading; null when not wanted.</param>
    /// <param name="cancellationToken">Ends the reading, at the latest after one buffer.</param>
    /// <exception cref="QueueFormatException">The text is broken and <see cref="QueueReaderOptions.OnMalformed"/> is null.</exception>
    /// <exception cref="JsonException">One of the n does not fit the type.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public async Task<IReadOnlyList<T>> TopAsync(QueueSource source, int count, JsonFilter? filter = null, QueueReadStatistics? statistics = null, CancellationToken cancellationToken = default)
    {
        var elements = await TopElementsAsync(source, count, filter, statistics, cancellationToken).ConfigureAwait(false);
        return [.. elements.Select(element => element.Deserialize(_typeInfo)).OfType<T>()];
    }

    private T? Make(QueueScan scan, in ElementSlice slice)
    {
        try
        {
            return JsonSerializer.Deserialize(scan.Bytes(slice), _typeInfo);
        }
        catch (JsonException cause)
        {
            scan.Report(slice, 0, $"a {typeof(T).Name}: {cause.Message}", cause);
            return default;
        }
    }
}
