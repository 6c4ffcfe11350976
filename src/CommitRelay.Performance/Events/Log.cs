using Microsoft.Extensions.Logging;

namespace CommitRelay.Performance.Events;

/// <summary>What the event writers tell a log. Each failure is told once when it begins and once when it ends.</summary>
internal static partial class Log
{
    [LoggerMessage(501, LogLevel.Error, "Events cannot be written to {Path}; they are kept in memory and tried again")]
    public static partial void WriteFailed(ILogger logger, Exception error, string path);

    [LoggerMessage(502, LogLevel.Information, "Events are written to {Path} again after {Duration}")]
    public static partial void WritesAgain(ILogger logger, string path, TimeSpan duration);

    [LoggerMessage(503, LogLevel.Error, "fsync of {Path} failed; callers that waited for durability were told")]
    public static partial void SyncFailed(ILogger logger, Exception error, string path);

    [LoggerMessage(504, LogLevel.Warning, "{Count} events of a process that did not end properly were written to {Path} from {Stage}")]
    public static partial void Recovered(ILogger logger, long count, string path, string stage);

    [LoggerMessage(505, LogLevel.Error, "The memory that a process left in {Stage} cannot be read; it was renamed and kept")]
    public static partial void NotRecovered(ILogger logger, Exception error, string stage);

    [LoggerMessage(506, LogLevel.Information, "{Path} was rolled to {Archive}")]
    public static partial void Rolled(ILogger logger, string path, string archive);

    [LoggerMessage(507, LogLevel.Warning, "Rolled parts of {Path} could not all be compressed or deleted")]
    public static partial void UpkeepFailed(ILogger logger, Exception error, string path);

    [LoggerMessage(508, LogLevel.Warning, "The disk of {Path} is nearly full: {Free} of {Total} bytes are free")]
    public static partial void DiskLow(ILogger logger, string path, long free, long total);

    [LoggerMessage(509, LogLevel.Information, "The disk of {Path} is no longer nearly full")]
    public static partial void DiskHasRoom(ILogger logger, string path);
}
