using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>What happens to a fault: it is thrown, or handed to the caller's callback. In a part that was started by a guess it only says that the guess may be wrong.</summary>
internal sealed class QueueFaults(QueueInput input, QueueReaderOptions options, QueueReadStatistics statistics, bool isGuess = false)
{
    /// <summary>Lines of what has been read and dropped, when the input cannot be read again.</summary>
    public LineCounter Dropped;

    /// <summary>Whether a fault is fatal; otherwise reading goes on behind it.</summary>
    public bool Throws => options.OnMalformed is null;

    /// <summary>Whether a fault has said that what was read may not be what was written; one is enough.</summary>
    public bool HasToldDoubt { get; private set; }

    /// <summary>Throws, or tells the callback.</summary>
    /// <param name="offset">Where, in bytes from the start of the text.</param>
    /// <param name="expected">What was expected there.</param>
    /// <param name="path">The JSON path of the value that holds it.</param>
    /// <param name="unseen">What has been read and not dropped up to the offset.</param>
    /// <param name="cause">The cause, or null.</param>
    public void Report(long offset, string expected, FaultPath path, ReadOnlySpan<byte> unseen, Exception? cause = null)
    {
        if (isGuess)
            throw new WrongGuessException();
        if (input.Doubt is { } doubt)
        {
            expected += $" ({doubt})";
            HasToldDoubt = true;
        }

        var (line, column) = input.CanReadAgain ? input.Locate(offset) : Locate(offset, unseen);
        var fault = new QueueFormatException(input.Name, offset, line, column, expected, path.ToString(), cause);
        if (options.OnMalformed is not { } callback)
            throw fault;
        statistics.Faults++;
        callback(fault);
    }

    /// <summary>A part is not what it was taken for, or holds a fault: it must be read in order.</summary>
    internal sealed class WrongGuessException : Exception;

    private (long Line, long Column) Locate(long offset, ReadOnlySpan<byte> unseen)
    {
        var lines = Dropped;
        lines.Count(unseen);
        return lines.At(offset);
    }
}
