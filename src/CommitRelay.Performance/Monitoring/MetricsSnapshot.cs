using System.Globalization;
using System.Text.Json;

namespace CommitRelay.Performance.Monitoring;

/// <summary>A sample as one line of <c>metrics-snapshots.jsonl</c>, in the shape that real homes have: <c>timestamp</c>, <c>workers</c>, <c>tokens</c>, <c>tasks</c>, and beside them <c>resources</c>. What is not known is left out.</summary>
internal static class MetricsSnapshot
{
    private static readonly (string Group, (string Name, string Metric)[] Members)[] Shape =
    [
        ("workers", [("active", MetricNames.WorkersActive), ("completed", MetricNames.WorkersCompleted), ("failed", MetricNames.WorkersFailed), ("invalid", MetricNames.WorkersInvalid), ("stale", MetricNames.WorkersStale), ("overrunning", MetricNames.WorkersOverrunning)]),
        ("tokens", [("total_budget", MetricNames.TokensTotal), ("total_used", MetricNames.TokensUsed), ("available", MetricNames.TokensAvailable)]),
        ("tasks", [("pending", MetricNames.QueueQueued), ("in_progress", MetricNames.QueueInProgress), ("completed", MetricNames.QueueCompleted), ("total", MetricNames.QueueTotal)]),
        ("resources", [("cpu", MetricNames.CpuUtilization), ("memory", MetricNames.MemoryUtilization), ("disk_free", MetricNames.DiskFree), ("disk_free_bytes", MetricNames.DiskFreeBytes), ("descriptors", MetricNames.DescriptorUtilization), ("calls_refused", MetricNames.CallsRefused)]),
    ];

    public static void Write(Utf8JsonWriter writer, MonitorSample sample)
    {
        writer.WriteStartObject();
        writer.WriteString("timestamp", sample.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        foreach (var (group, members) in Shape)
        {
            writer.WriteStartObject(group);
            foreach (var (name, metric) in members)
            {
                if (sample[metric] is { } value)
                    writer.WriteNumber(name, Math.Round(value, 4));
            }

            if (group == "tokens" && sample[MetricNames.TokensUsed] is { } used && sample[MetricNames.TokensTotal] is > 0 and var total)
                writer.WriteNumber("usage_percentage", Math.Round(100 * used / total, 2));
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
