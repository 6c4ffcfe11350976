namespace CommitRelay.Performance.Monitoring;

/// <summary>What a <see cref="PerformanceMonitor"/> watches, and how often.</summary>
public sealed class MonitorOptions
{
    /// <summary>The time between two samples. Default 1 minute; 1 s to 1 day. Each is up to a tenth longer at random, so that many machines do not sample one file server together.</summary>
    public TimeSpan Period { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>When a metric becomes an alert. Default <see cref="AlertRule.Defaults"/>, those of the runbook.</summary>
    public IReadOnlyList<AlertRule> Rules { get; set; } = AlertRule.Defaults;

    /// <summary>Statuses of tasks that wait for work. Default <c>queued</c>, <c>pending</c>.</summary>
    public IList<string> OpenStatuses { get; set; } = ["queued", "pending"];

    /// <summary>How many snapshots <c>metrics-snapshots.jsonl</c> keeps. Default 10,000, which is a week of minutes; at least 1.</summary>
    public int SnapshotsKept { get; set; } = 10_000;

    /// <summary>How long a worker without a process may be silent before it counts as stale. Default 5 minutes; zero or more.</summary>
    public TimeSpan WorkerSilence { get; set; } = Relay.ActiveWorker.DefaultSilence;

    /// <summary>
    /// The share of one processor that looking through the home's files may take: after a look that took t, the next comes no sooner than t divided
    /// by this. Default 0.001; more than 0, up to 1.
    /// </summary>
    public double WalkShare { get; set; } = 0.001;

    /// <summary>How far back forecasts look. Default 1 hour; more than zero.</summary>
    public TimeSpan ForecastWindow { get; set; } = TimeSpan.FromHours(1);

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Rules);
        ArgumentNullException.ThrowIfNull(OpenStatuses);
        if (Period < TimeSpan.FromSeconds(1) || Period > TimeSpan.FromDays(1))
            throw new ArgumentOutOfRangeException(nameof(Period), Period, $"Period ({Period}) must be from 1 s to 1 day.");
        ArgumentOutOfRangeException.ThrowIfLessThan(SnapshotsKept, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(WorkerSilence, TimeSpan.Zero);
        if (!(WalkShare > 0 && WalkShare <= 1))
            throw new ArgumentOutOfRangeException(nameof(WalkShare), WalkShare, $"WalkShare ({WalkShare}) must be more than 0 and at most 1.");
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ForecastWindow, TimeSpan.Zero);
        foreach (var rule in Rules)
            rule.Validate();
    }
}
