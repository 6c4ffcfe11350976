namespace CommitRelay.Performance.Monitoring;

/// <summary>What a monitor knows at one moment. Rules look at <see cref="Metrics"/>.</summary>
/// <remarks>Immutable.</remarks>
public sealed class MonitorSample
{
    internal MonitorSample(DateTimeOffset at, IReadOnlyDictionary<string, double> metrics, IReadOnlyDictionary<string, string> unknown)
    {
        At = at;
        Metrics = metrics;
        Unknown = unknown;
    }

    /// <summary>When it was taken.</summary>
    public DateTimeOffset At { get; }

    /// <summary>The metrics that are known, by their <see cref="MetricNames"/>.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; }

    /// <summary>The metrics that are not known now, and why.</summary>
    public IReadOnlyDictionary<string, string> Unknown { get; }

    /// <summary>A metric, or null when it is not known.</summary>
    /// <param name="metric">Its name.</param>
    public double? this[string metric] => Metrics.TryGetValue(metric, out var value) ? value : null;
}
