using Microsoft.Extensions.Logging;

namespace CommitRelay.Performance.Queues;

/// <summary>What the claims tell a log. A failure is told once when it begins and once when it ends.</summary>
internal static partial class Log
{
    [LoggerMessage(601, LogLevel.Warning, "States of tasks cannot be written into {Path}; they are safe in the ledger, and tried again")]
    public static partial void MirrorFailed(ILogger logger, Exception error, string path);

    [LoggerMessage(602, LogLevel.Information, "States of tasks are written into {Path} again")]
    public static partial void MirrorsAgain(ILogger logger, string path);
}
