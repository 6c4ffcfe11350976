using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>
/// A queue file's text is not what it must be: broken JSON, no array of tasks, an end that comes too early, or a file that was rewritten
/// in place while it was read. What was yielded before the fault stands.
/// </summary>
public class QueueFormatException : JsonFormatException
{
    /// <summary>Creates the exception and its message from the place and the expectation.</summary>
    /// <param name="file">The file's path, or a name for a stream.</param>
    /// <param name="byteOffset">0-based offset, in bytes (of the unpacked text when the file is packed), of the first byte that cannot stand there.</param>
    /// <param name="line">1-based line; 0 when unknown.</param>
    /// <param name="column">1-based column in bytes; 0 when unknown.</param>
    /// <param name="expected">What was expected there, in words.</param>
    /// <param name="jsonPath">The JSON path of the innermost value that holds the fault; null when unknown.</param>
    /// <param name="innerException">The cause, or null.</param>
    public QueueFormatException(string file, long byteOffset, long line, long column, string expected, string? jsonPath = null, Exception? innerException = null)
        : base(file, byteOffset, line, column, expected, jsonPath, innerException)
    {
    }
}
