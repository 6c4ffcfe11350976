using CommitRelay.Performance.Relay;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary>What was found, the worst first, and the figures it was found by. <c>verify --before</c> reads it again.</summary>
internal sealed record DiagnoseAnswer(DateTimeOffset At, IReadOnlyList<FindingAnswer> Findings, ResourcesAnswer Resources, QueueFiguresAnswer Queue, WorkerFiguresAnswer Workers, EventFiguresAnswer Events, FileFiguresAnswer Files, LogFiguresAnswer Logs)
{
    public static DiagnoseAnswer Of(DateTimeOffset at, Evidence evidence) => new(
        at,
        [.. FindingRules.Apply(evidence).Select(static finding => new FindingAnswer(finding.Id, finding.Severity.ToString().ToLowerInvariant(), finding.Title, finding.Evidence, finding.Cure))],
        evidence.Resources,
        evidence.Queue,
        evidence.Workers,
        evidence.Events,
        evidence.Files,
        evidence.Logs);
}

internal sealed record FindingAnswer(string Id, string Severity, string Title, string Evidence, string Cure);

/// <summary>The queue; the counts are zero, and <paramref name="Error"/> says why, when it cannot be read. Seconds.</summary>
internal sealed record QueueFiguresAnswer(long? Bytes, long? Tasks, long Queued, long Running, long Finished, IReadOnlyList<string> IdsRepeated, long NestedTasks, long Waits, long? LongestWait, double? MeanWait, double? ReadSeconds, string? Error)
{
    /// <summary>Tasks by status, most first.</summary>
    public IReadOnlyDictionary<string, long> ByStatus { get; init; } = new Dictionary<string, long>();
}

/// <summary>Worker specs; of the unreadable active ones the first 20 are named. Spawn times in seconds, of the completed ones.</summary>
internal sealed record WorkerFiguresAnswer(long ActiveFiles, long ActiveReadable, long ActiveInvalid, long Overrunning, long Stale, IReadOnlyList<InvalidFileAnswer> Invalid, long Completed, double? MeanDuration, double? MeanSpawnTime, long? TokensTotal, long? TokensAvailable, IReadOnlyList<string> OverBudgeted)
{
    public static WorkerFiguresAnswer Of(WorkerSpecSurvey specs, TokensAnswer tokens)
    {
        var active = specs.Folder("active");
        var completed = specs.Folder("completed");
        return new(
            active.Files,
            active.Readable,
            active.Invalid,
            active.Overrunning,
            active.Stale,
            [.. active.FirstInvalid.Select(InvalidFileAnswer.Of)],
            completed.Files,
            Mean(completed.Durations(WorkerSpan.CreatedToEnd)),
            Mean(completed.Durations(WorkerSpan.CreatedToStart)),
            tokens.Total,
            tokens.Available,
            tokens.OverBudgeted);
    }

    /// <summary>The active ones and the tokens; nothing of those that have ended.</summary>
    public static WorkerFiguresAnswer Of(WorkersAnswer active, TokenBudget? budget) => new(
        active.Files,
        active.Workers.Count,
        active.InvalidFiles.Count,
        active.Workers.Count(static worker => worker.Overrunning),
        active.Workers.Count(static worker => worker.Stale),
        active.InvalidFiles,
        0,
        null,
        null,
        budget?.Total,
        budget?.Available,
        []);

    private static double? Mean(DurationSummary durations) => durations.Count > 0 ? durations.Mean : null;
}

/// <summary>The event file.</summary>
internal sealed record EventFiguresAnswer(long Bytes, long Count, long DamagedRegions, DateTimeOffset? Latest, string? Error);

/// <summary>The home's files.</summary>
internal sealed record FileFiguresAnswer(long Files, long Bytes, long EmptyFiles, IReadOnlyList<string> LargeJson, long LargerThan100Mb, long HistoryFiles);

/// <summary>Log lines that tell of calls really refused by a rate limit, and the last of them; lines with error or timeout.</summary>
internal sealed record LogFiguresAnswer(long RefusedCalls, string? LastRefused, long ErrorLines);
