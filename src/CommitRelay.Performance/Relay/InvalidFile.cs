using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Relay;

/// <summary>A file or folder of the home that could not be used, and why. What lies around it was read.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="Reason">What was expected and found, or what the system said, in words.</param>
/// <param name="ByteOffset">0-based offset of the first byte after which nothing could make the text valid; its length when it only ends too early; null when the bytes could not be read.</param>
/// <param name="Line">1-based line of that byte; null when there is none.</param>
/// <param name="Column">1-based column of that byte, in bytes; null when there is none.</param>
public sealed record InvalidFile(string Path, string Reason, long? ByteOffset = null, long? Line = null, long? Column = null)
{
    internal static InvalidFile Of(JsonFormatException fault) => new(fault.File, fault.Expected, fault.ByteOffset, fault.Line, fault.Column);

    internal static InvalidFile Of(string path, Exception fault) => fault is JsonFormatException format ? Of(format) : new(path, fault.Message);

    /// <summary>Whether an exception tells of a file or a folder, not of a mistake in the program.</summary>
    internal static bool IsFault(Exception e) => e is IOException or UnauthorizedAccessException or JsonFormatException or InvalidDataException;
}
