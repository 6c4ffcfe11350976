namespace CommitRelay.Performance.Tool.Commands;

/// <summary>One look of the dashboard for programs; seconds and counts a minute.</summary>
internal sealed record WatchAnswer(
    DateTimeOffset At,
    QueuePhases? Queue,
    IReadOnlyDictionary<string, long> ByStatus,
    string? QueueError,
    long? LongestWait,
    double? FinishedPerMinute,
    double EventsPerMinute,
    int ActiveWorkers,
    int UnreadableWorkers,
    int OverrunningWorkers,
    double? CallsRefused,
    long? TokensTotal,
    long? TokensAvailable,
    ResourcesAnswer Resources,
    IReadOnlyList<string> Alerts)
{
    public static WatchAnswer Of(DashboardState state) => new(
        state.At,
        state.Queue,
        state.ByStatus,
        state.QueueFault,
        state.LongestWait,
        state.FinishedPerMinute,
        state.EventsPerMinute,
        state.Workers.Count,
        state.WorkersUnreadable,
        state.Workers.Count(static worker => worker.Overrunning),
        state.Refused,
        state.TokensTotal,
        state.TokensAvailable,
        state.Resources,
        state.Alerts);
}
