using Microsoft.Extensions.Logging;

namespace CommitRelay.Performance.Workers;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "Task {TaskId}, attempt {Attempt}, failed: {Reason}")]
    public static partial void TaskFailed(ILogger logger, string taskId, int attempt, string reason, Exception? exception);

    [LoggerMessage(2, LogLevel.Information, "Task {TaskId} is given back until {RetryAt}: {Reason}")]
    public static partial void TaskGivenBack(ILogger logger, string taskId, DateTimeOffset? retryAt, string reason);

    [LoggerMessage(3, LogLevel.Warning, "The claim on task {TaskId} was lost before its outcome was written")]
    public static partial void ClaimLost(ILogger logger, string taskId);

    [LoggerMessage(4, LogLevel.Error, "The outcome of task {TaskId} cannot be written now; trying again in {Pause}")]
    public static partial void CannotSettle(ILogger logger, string taskId, TimeSpan pause, Exception exception);

    [LoggerMessage(5, LogLevel.Error, "The queue cannot be read or claimed from now; trying again in {Pause}")]
    public static partial void CannotClaim(ILogger logger, TimeSpan pause, Exception exception);

    [LoggerMessage(6, LogLevel.Warning, "Leases of {Count} running tasks could not be renewed")]
    public static partial void CannotRenew(ILogger logger, int count, Exception exception);

    [LoggerMessage(7, LogLevel.Warning, "An event about task {TaskId} was not written")]
    public static partial void CannotTell(ILogger logger, string taskId, Exception exception);
}
