using System.ComponentModel.DataAnnotations;
using CommitRelay.Performance.Settings;
using Microsoft.Extensions.Options;

namespace CommitRelay.Performance.Monitoring;

/// <summary>What a <see cref="PerformanceMonitor"/> watches, and how often.</summary>
public sealed class MonitorOptions
{
    /// <summary>The time between two samples. Default 1 minute; 1 s to 1 day. Each is up to a tenth longer at random, so that many machines do not sample one file server together.</summary>
    [TimeRange("00:00:01", "1.00:00:00")]
    public TimeSpan Period { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>When a metric becomes an alert. Default <see cref="AlertRule.Defaults"/>, those of the runbook; rules of a configuration come after them.</summary>
    [Required]
    public IReadOnlyList<AlertRule> Rules { get; set; } = AlertRule.Defaults;

    /// <summary>Statuses of tasks that wait for work. Default <c>queued</c>, <c>pending</c>.</summary>
    [Required]
    public IList<string> OpenStatuses { get; set; } = ["queued", "pending"];

    /// <summary>How many snapshots <c>metrics-snapshots.jsonl</c> keeps. Default 10,000, which is a week of minutes; at least 1.</summary>
    [Range(1, int.MaxValue)]
    public int SnapshotsKept { get; set; } = 10_000;

    /// <summary>How long a worker without a process may be silent before it counts as stale. Default 5 minutes; zero or more.</summary>
    [TimeRange("00:00:00")]
    public TimeSpan WorkerSilence { get; set; } = Relay.ActiveWorker.DefaultSilence;

    /// <summary>
    /// The share of one processor that looking through the home's files may take: after a look that took t, the next comes no sooner than t divided
    /// by this. Default 0.001; more than 0, up to 1.
    /// </summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double WalkShare { get; set; } = 0.001;

    /// <summary>How far back forecasts look. Default 1 hour; more than zero.</summary>
    [TimeRange("00:00:00.0000001")]
    public TimeSpan ForecastWindow { get; set; } = TimeSpan.FromHours(1);

    internal void Validate()
    {
        SettingsFault.ThrowIfFailed(new MonitorOptionsValidator().Validate(null, this));

        // A rule's bounds depend on its side, which no attribute can say.
        foreach (var rule in Rules)
            rule.Validate();
    }
}

[OptionsValidator]
internal sealed partial class MonitorOptionsValidator : IValidateOptions<MonitorOptions>;
