using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>A <see cref="QueueReader"/> that also makes objects of the tasks.</summary>
/// <typeparam name="T">A task.</typeparam>
public sealed class QueueReader<T> : QueueReader
{
    private readonly JsonTypeInfo<T> _typeInfo;

    /// <summary>Whether making a task checks all of its grammar; what the serializer passes over unread is UTF-8 in skipped members.</summary>
    private readonly bool _parserChecks;

    /// <summary>Makes a reader.</summary>
    /// <param name="typeInfo">How to make a task of its bytes, usually from a source-generated context.</param>
    /// <param name="options">How to read; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public QueueReader(JsonTypeInfo<T> typeInfo, QueueReaderOptions? options = null)
        : base(options)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        _typeInfo = typeInfo;
        _parserChecks = typeInfo.Options is { AllowTrailingCommas: false, ReadCommentHandling: JsonCommentHandling.Disallow };
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
        using var scan = new QueueScan(source, Options, filter, statistics, checks: !_parserChecks);
        var parts = new PartedScan<QueueScan, List<T>>(scan, MakeAll, cancellationToken);
        await using var _ = parts.ConfigureAwait(false);
        do
        {
            while (await scan.MoveNextAsync(cancellationToken).ConfigureAwait(false))
            {
                for (var i = 0; i < scan.Matches.Length; i++)
                {
                    if (TryMake(scan, scan.Matches[i], out var task))
                        yield return task;
                }
            }

            while (await parts.MoveNextAsync().ConfigureAwait(false))
            {
                foreach (var task in parts.Current)
                    yield return task;
            }
        }
        while (parts.ScanGoesOn);
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

    private List<T> MakeAll(QueueScan scan, CancellationToken cancellationToken)
    {
        var tasks = new List<T>();
        while (scan.MoveNext(cancellationToken))
        {
            foreach (ref readonly var match in scan.Matches)
            {
                if (TryMake(scan, match, out var task))
                    tasks.Add(task);
            }
        }

        return tasks;
    }

    /// <summary>Makes a task; false when the element is <c>null</c>, or was reported since it is broken or does not fit the type.</summary>
    private bool TryMake(QueueScan scan, in ElementSlice slice, [NotNullWhen(true)] out T? task)
    {
        task = default;
        var json = scan.Bytes(slice);
        if (_parserChecks && !Utf8.IsValid(json) && scan.ReportIfBroken(slice))
            return false;
        try
        {
            task = JsonSerializer.Deserialize(json, _typeInfo);
            return task is not null;
        }
        catch (JsonException cause)
        {
            if (!_parserChecks || !scan.ReportIfBroken(slice))
                scan.Report(slice, 0, $"a {typeof(T).Name}: {cause.Message}", cause);
            return false;
        }
    }
}
