using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace CommitRelay.Performance.Monitoring;

/// <summary>What monitors tell the library's meter: their last sample's metrics, each with the home-independent name of <see cref="MetricNames"/> as tag.</summary>
internal static class MonitorMetrics
{
    private static readonly ConcurrentDictionary<PerformanceMonitor, MonitorSample> Samples = new();
    private static readonly Counter<long> Alerts = Telemetry.Meter.CreateCounter<long>("commitrelay.monitor.alerts", "{alert}", "Alerts raised or cleared.");

    static MonitorMetrics()
        => _ = Telemetry.Meter.CreateObservableGauge("commitrelay.monitor.metric", Measure, "1", "The last sample's metrics, by name; each in its own unit.");

    public static void Publish(PerformanceMonitor monitor, MonitorSample sample, IReadOnlyList<Alert> alerts)
    {
        Samples[monitor] = sample;
        foreach (var alert in alerts)
        {
            Alerts.Add(
                1,
                new KeyValuePair<string, object?>("metric", alert.Rule.Metric),
                new KeyValuePair<string, object?>("state", alert.Raised ? "raised" : "cleared"));
        }
    }

    public static void Remove(PerformanceMonitor monitor) => Samples.TryRemove(monitor, out _);

    private static IEnumerable<Measurement<double>> Measure()
        => from sample in Samples.Values
           from metric in sample.Metrics
           select new Measurement<double>(metric.Value, new KeyValuePair<string, object?>("metric", metric.Key));
}
