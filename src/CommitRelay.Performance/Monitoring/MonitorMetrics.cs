using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace CommitRelay.Performance.Monitoring;

/// <summary>What monitors tell the library's meter: one gauge a metric of <see cref="MetricNames"/>, with the home as tag.</summary>
internal static class MonitorMetrics
{
    private static readonly (string Metric, string Unit, string Description)[] Gauges =
    [
        (MetricNames.QueueQueued, "{task}", "Open tasks of the queue file."),
        (MetricNames.QueueInProgress, "{task}", "Tasks that somebody works on."),
        (MetricNames.QueueCompleted, "{task}", "Completed tasks of the queue file."),
        (MetricNames.QueueTotal, "{task}", "All tasks of the queue file."),
        (MetricNames.WorkersActive, "{worker}", "Active worker specs."),
        (MetricNames.WorkersInvalid, "{worker}", "Active worker specs that no parser reads."),
        (MetricNames.WorkersCompleted, "{worker}", "Completed worker specs."),
        (MetricNames.WorkersFailed, "{worker}", "Failed worker specs."),
        (MetricNames.WorkersStale, "{worker}", "Active workers whose process is gone."),
        (MetricNames.WorkersOverrunning, "{worker}", "Active workers over their time limit."),
        (MetricNames.TokensTotal, "{token}", "Tokens of the budget."),
        (MetricNames.TokensUsed, "{token}", "Tokens in use."),
        (MetricNames.TokensAvailable, "{token}", "Tokens left of the budget."),
        (MetricNames.EventsAge, "s", "Age of the newest event."),
        (MetricNames.EventsDiskLow, "1", "1 when the disk of the event file is nearly full, else 0."),
        (MetricNames.SnapshotsAge, "s", "Age of the newest snapshot."),
        (MetricNames.FilesLargeJson, "{file}", "JSON files over 10 MB."),
        (MetricNames.CallsRefused, "{call}", "Calls refused since the sample before, by the logs."),
        (MetricNames.CpuUtilization, "1", "Used share of the processors this process may use."),
        (MetricNames.MemoryUtilization, "1", "Used share of the memory this process may have."),
        (MetricNames.DescriptorUtilization, "1", "Open descriptors over their limit."),
        (MetricNames.DiskFree, "1", "Free share of the home's file system."),
        (MetricNames.DiskFreeBytes, "By", "Free bytes of the home's file system."),
    ];

    private static readonly ConcurrentDictionary<PerformanceMonitor, MonitorSample> Samples = new();
    private static readonly Counter<long> Alerts = Telemetry.Meter.CreateCounter<long>("commitrelay.monitor.alerts", "{alert}", "Alerts raised or cleared, by metric and state.");

    static MonitorMetrics()
    {
        foreach (var (metric, unit, description) in Gauges)
            _ = Telemetry.Meter.CreateObservableGauge($"commitrelay.monitor.{metric}", () => Measure(metric), unit, description);
    }

    public static void Publish(PerformanceMonitor monitor, MonitorSample sample, IReadOnlyList<Alert> alerts)
    {
        Samples[monitor] = sample;
        foreach (var alert in alerts)
        {
            Alerts.Add(
                1,
                new KeyValuePair<string, object?>("commitrelay.monitor.metric", alert.Rule.Metric),
                new KeyValuePair<string, object?>("commitrelay.monitor.state", alert.Raised ? "raised" : "cleared"));
        }
    }

    public static void Remove(PerformanceMonitor monitor) => Samples.TryRemove(monitor, out _);

    private static IEnumerable<Measurement<double>> Measure(string metric)
    {
        foreach (var (monitor, sample) in Samples)
        {
            if (sample[metric] is { } value)
                yield return new Measurement<double>(value, new KeyValuePair<string, object?>("commitrelay.home", monitor.Home.Root));
        }
    }
}
