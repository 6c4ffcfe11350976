namespace CommitRelay.Performance.Json;

/// <summary>
/// A file's text is not what it must be. Says where (file, line, column, byte offset, JSON path), and what was expected there.
/// Nothing on disk has been changed, and what was read before the fault has been delivered.
/// </summary>
public class JsonFormatException : FormatException
{
    /// <summary>Creates the exception and its message from the place and the expectation.</summary>
    /// <param name="file">The file's path, or a name for a stream.</param>
    /// <param name="byteOffset">0-based offset, in bytes, of the first byte that cannot stand there; the length when the text ends too early.</param>
    /// <param name="line">1-based line of <paramref name="byteOffset"/>; 0 when unknown.</param>
    /// <param name="column">1-based column, in bytes, of <paramref name="byteOffset"/>; 0 when unknown.</param>
    /// <param name="expected">What was expected there, and what was found, in words.</param>
    /// <param name="jsonPath">The JSON path of the innermost value that holds the fault, such as <c>$.tasks[17].status</c>; null when unknown.</param>
    /// <param name="innerException">The cause, or null.</param>
    public JsonFormatException(string file, long byteOffset, long line, long column, string expected, string? jsonPath = null, Exception? innerException = null)
        : base(Describe(file, byteOffset, line, column, expected, jsonPath), innerException)
    {
        File = file;
        ByteOffset = byteOffset;
        Line = line;
        Column = column;
        Expected = expected;
        JsonPath = jsonPath;
    }

    /// <summary>The file's path, or the name that was given for a stream.</summary>
    public string File { get; }

    /// <summary>0-based offset, in bytes, of the first byte that cannot stand there.</summary>
    public long ByteOffset { get; }

    /// <summary>1-based line; 0 when unknown.</summary>
    public long Line { get; }

    /// <summary>1-based column in bytes; 0 when unknown.</summary>
    public long Column { get; }

    /// <summary>What was expected, and what was found, in words.</summary>
    public string Expected { get; }

    /// <summary>The JSON path of the innermost value that holds the fault; null when unknown.</summary>
    public string? JsonPath { get; }

    private static string Describe(string file, long byteOffset, long line, long column, string expected, string? jsonPath)
    {
        var place = line > 0 ? $"line {line}, column {column}, byte {byteOffset}" : $"byte {byteOffset}";
        return jsonPath is null ? $"{file}: {place}: {expected}" : $"{file}: {place} ({jsonPath}): {expected}";
    }
}
