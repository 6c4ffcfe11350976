using CommitRelay.Performance.Relay;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary>All that one picture of the dashboard shows.</summary>
/// <param name="At">When.</param>
/// <param name="Home">The home.</param>
/// <param name="Queue">Tasks by what their status means; null while the queue cannot be read.</param>
/// <param name="QueueIsBehind">Whether the queue has changed since it was read: a large one is read seldom.</param>
/// <param name="ByStatus">Tasks by status, most first.</param>
/// <param name="QueueFault">Why the queue cannot be read.</param>
/// <param name="LongestWait">Of tasks that have waited, the longest, in seconds.</param>
/// <param name="FinishedPerMinute">Over the last five minutes; null at the first look.</param>
/// <param name="QueuedHistory">Queued tasks over time, from the snapshots and the looks.</param>
/// <param name="Workers">Active specs that can be read.</param>
/// <param name="WorkersUnreadable">Those that cannot.</param>
/// <param name="EventsPerMinute">Events of the last five minutes, a minute.</param>
/// <param name="Events">The last events, newest first.</param>
/// <param name="Refused">Calls refused, as the last snapshot tells; null when none does.</param>
/// <param name="TokensTotal">The budget.</param>
/// <param name="TokensAvailable">What is left of it.</param>
/// <param name="Resources">The machine.</param>
/// <param name="Processes">The busiest processes.</param>
/// <param name="Alerts">What is wrong now.</param>
internal sealed record DashboardState(
    DateTimeOffset At,
    string Home,
    QueuePhases? Queue,
    bool QueueIsBehind,
    IReadOnlyDictionary<string, long> ByStatus,
    string? QueueFault,
    long? LongestWait,
    double? FinishedPerMinute,
    IReadOnlyList<double> QueuedHistory,
    IReadOnlyList<ActiveWorkerAnswer> Workers,
    int WorkersUnreadable,
    double EventsPerMinute,
    IReadOnlyList<RelayEvent> Events,
    double? Refused,
    long? TokensTotal,
    long? TokensAvailable,
    ResourcesAnswer Resources,
    IReadOnlyList<ProcessAnswer> Processes,
    IReadOnlyList<string> Alerts);
