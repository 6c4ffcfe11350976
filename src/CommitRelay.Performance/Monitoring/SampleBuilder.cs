using CommitRelay.Performance.Probes;

namespace CommitRelay.Performance.Monitoring;

/// <summary>Collects a sample's metrics, or the reasons why they are missing.</summary>
internal sealed class SampleBuilder(DateTimeOffset at)
{
    private readonly Dictionary<string, double> _metrics = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _unknown = new(StringComparer.Ordinal);

    public DateTimeOffset At => at;

    public void Set(string metric, double? value, string reason)
    {
        if (value is { } known && double.IsFinite(known))
            _metrics[metric] = known;
        else
            _unknown[metric] = reason;
    }

    public void Set(string metric, double value) => Set(metric, value, "it is no number");

    public void Set(string metric, Reading<double> reading) => Set(metric, reading.ValueOrNull, reading.UnknownBecause ?? "");

    public void Set(string metric, Reading<long> reading) => Set(metric, reading.ValueOrNull, reading.UnknownBecause ?? "");

    /// <summary>Takes what an earlier sample knew of some metrics.</summary>
    public void Take(MonitorSample earlier)
    {
        foreach (var (metric, value) in earlier.Metrics)
            _metrics.TryAdd(metric, value);
        foreach (var (metric, reason) in earlier.Unknown)
            _unknown.TryAdd(metric, reason);
    }

    public MonitorSample Build() => new(at, _metrics, _unknown);
}
