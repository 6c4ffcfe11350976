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
}
