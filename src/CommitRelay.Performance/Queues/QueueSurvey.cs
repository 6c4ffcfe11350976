namespace CommitRelay.Performance.Queues;

/// <summary>A queue file looked through in one pass: whether it is JSON, and what its <c>tasks</c> array holds.</summary>
/// <param name="Bytes">The text's length.</param>
/// <param name="HasTasksArray">Whether the root is an object whose <c>tasks</c> (the last one, where it stands twice) is an array. Without one all figures are zero.</param>
/// <param name="Figures">What the array holds.</param>
/// <param name="Nested">The <c>tasks</c> arrays in its tasks, in their order.</param>
public sealed record QueueSurvey(long Bytes, bool HasTasksArray, QueueFigures Figures, IReadOnlyList<NestedQueue> Nested)
{
    /// <summary>Looks through a queue file.</summary>
    /// <remarks>
    /// Every byte is checked (RFC 8259 in UTF-8 without a byte order mark), which <see cref="QueueReader"/> does only for what it hands out. Memory: one
    /// buffer, the largest value, and the ids; two parts of 1 MiB a core more with several cores. Files and memory are read on the caller's thread.
    /// </remarks>
    /// <param name="source">A path, a stream, a pipe or memory.</param>
    /// <param name="maxCores">How many cores may read an unpacked file of more than 2 MiB, 1 to 64; the answer is that of one. See <see cref="QueueReaderOptions.MaxCores"/>.</param>
    /// <param name="cancellationToken">Ends the reading, at the latest after one buffer.</param>
    /// <returns>What was found; a text that is valid but no queue is no fault.</returns>
    /// <exception cref="QueueFormatException">The text is not JSON. The offset is that of the first byte that no continuation could make valid.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxCores"/> is out of its range.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    /// <exception cref="InvalidDataException">The ids of the tasks take more than 4 GiB.</exception>
    public static Task<QueueSurvey> ReadAsync(QueueSource source, int maxCores = 1, CancellationToken cancellationToken = default)
        => ReadAsync(source, new QueueReaderOptions { MaxCores = maxCores }.Validated(), cancellationToken);

    internal static async Task<QueueSurvey> ReadAsync(QueueSource source, QueueReaderOptions options, CancellationToken cancellationToken)
    {
        using var input = source.Open();
        using var surveyor = new QueueSurveyor(input, options);
        var parts = new PartedScan<QueueSurveyor, bool>(surveyor, static (part, token) => part.Read(token), cancellationToken);
        await using var _ = parts.ConfigureAwait(false);
        do
        {
            if (input.IsSynchronous)
                surveyor.Read(cancellationToken);
            else
                await surveyor.ReadAsync(cancellationToken).ConfigureAwait(false);
            while (await parts.MoveNextAsync().ConfigureAwait(false))
            {
            }
        }
        while (parts.ScanGoesOn);
        return surveyor.ToSurvey();
    }
}
