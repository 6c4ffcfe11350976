using Microsoft.Extensions.Logging;

namespace CommitRelay.Performance.Monitoring;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "The sample of {Home} could not be taken or written; the next one comes as usual")]
    public static partial void CannotMonitor(ILogger logger, string home, Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "Which alerts are raised could not be read from {Events}; the next sample tries again")]
    public static partial void CannotRestore(ILogger logger, string events, Exception exception);
}
