using System.Globalization;
using System.Text;

namespace CommitRelay.Performance.Monitoring;

/// <summary>How bad an alert is.</summary>
public enum AlertSeverity
{
    /// <summary>Worth knowing.</summary>
    Info,

    /// <summary>Work suffers, or will soon.</summary>
    Warning,

    /// <summary>Work stops, or data is about to be lost.</summary>
    Critical,
}

/// <summary>On which side of its threshold a metric is bad.</summary>
public enum AlertWhen
{
    /// <summary>Bad when more than the threshold.</summary>
    Above,

    /// <summary>Bad when less than the threshold.</summary>
    Below,
}

/// <summary>
/// When a metric becomes an alert, as data: raised once it has been beyond <see cref="Threshold"/> for <see cref="For"/>,
/// cleared once it is back behind <see cref="Clear"/>. Between the two nothing changes (hysteresis).
/// </summary>
/// <remarks>Nothing is <c>required</c> or <c>init</c>: the source generator that binds configuration can set neither. What must be given is checked where rules are taken.</remarks>
public sealed record AlertRule
{
    /// <summary>The metric's name, such as <c>queue.queued</c>; see <see cref="MetricNames"/>. Must be given.</summary>
    public string Metric { get; set; } = "";

    /// <summary>Which side is bad. Default <see cref="AlertWhen.Above"/>.</summary>
    public AlertWhen When { get; set; } = AlertWhen.Above;

    /// <summary>The bound, in the metric's unit. The bound itself is still good. Must be given.</summary>
    public double Threshold { get; set; } = double.NaN;

    /// <summary>How long the metric must be beyond the threshold. Default zero: the first sample raises.</summary>
    public TimeSpan For { get; set; }

    /// <summary>The value that clears the alert, in the metric's unit, on the good side of the threshold. Null, the default: the threshold.</summary>
    public double? Clear { get; set; }

    /// <summary>How bad it is. Default <see cref="AlertSeverity.Warning"/>.</summary>
    public AlertSeverity Severity { get; set; } = AlertSeverity.Warning;

    /// <summary>What people read, a composite format of the value in the invariant culture: <c>Queue size: {0:0}</c>. Must be given.</summary>
    public string Message { get; set; } = "";

    /// <summary>The rules of the operations runbook, made anew for each who asks.</summary>
    public static IReadOnlyList<AlertRule> Defaults =>
    [
        new() { Metric = MetricNames.QueueQueued, Threshold = 50, Clear = 40, Message = "Queue size: {0:0}" },
        new() { Metric = MetricNames.DiskFree, When = AlertWhen.Below, Threshold = 0.20, Clear = 0.22, Message = "Disk free: {0:P0}" },
        new() { Metric = MetricNames.DiskFree, When = AlertWhen.Below, Threshold = 0.05, Clear = 0.07, Severity = AlertSeverity.Critical, Message = "Disk nearly full, free: {0:P0}" },
        new() { Metric = MetricNames.FilesLargeJson, Threshold = 0, Message = "JSON files over 10 MB: {0:0}" },
        new() { Metric = MetricNames.CallsRefused, Threshold = 0, Message = "Calls refused by a rate limit: {0:0}" },
        new() { Metric = MetricNames.MemoryUtilization, Threshold = 0.90, Clear = 0.85, For = TimeSpan.FromMinutes(1), Message = "Memory in use: {0:P0}" },
        new() { Metric = MetricNames.DescriptorUtilization, Threshold = 0.80, Clear = 0.75, Message = "Open descriptors: {0:P0} of the limit" },
        new() { Metric = MetricNames.WorkersStale, Threshold = 0, Message = "Stale workers: {0:0}" },
        new() { Metric = MetricNames.WorkersOverrunning, Threshold = 0, Message = "Workers over their time limit: {0:0}" },
        new() { Metric = MetricNames.TokensAvailable, When = AlertWhen.Below, Threshold = 0, Message = "Tokens available: {0:0}" },
        new() { Metric = MetricNames.EventsAge, Threshold = 3600, Message = "No event for {0:0} s" },
        new() { Metric = MetricNames.EventsDiskLow, Threshold = 0, Severity = AlertSeverity.Critical, Message = "The disk of the event file is nearly full" },
        new() { Metric = MetricNames.SnapshotsAge, Threshold = 1800, Message = "No snapshot for {0:0} s" },
        new() { Metric = MetricNames.HomeOnNetwork, Threshold = 0, Message = "The home lies on a network file system: locks and appends hold for this machine only" },
        new() { Metric = MetricNames.HomeOnRotational, Threshold = 0, Severity = AlertSeverity.Info, Message = "The home lies on a rotational disk" },
    ];

    /// <summary>The message for a value.</summary>
    internal string Describe(double value) => string.Format(CultureInfo.InvariantCulture, Message, value);

    internal bool IsBad(double value) => When == AlertWhen.Above ? value > Threshold : value < Threshold;

    internal bool IsClear(double value)
    {
        var clear = Clear ?? Threshold;
        return When == AlertWhen.Above ? value <= clear : value >= clear;
    }

    /// <exception cref="ArgumentException">A member is out of its range, or the message is no format of one value.</exception>
    internal void Validate()
    {
        if (string.IsNullOrWhiteSpace(Metric))
            throw new ArgumentException("An alert rule names no metric.");
        if (string.IsNullOrWhiteSpace(Message))
            throw new ArgumentException($"Rule for {Metric}: it has no message.");
        if (!double.IsFinite(Threshold) || Clear is { } c && !double.IsFinite(c))
            throw new ArgumentException($"Rule for {Metric}: threshold {Threshold} and clear {Clear} must be finite.");
        if (Clear is { } clear && IsBad(clear))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Rule for {Metric}: clear {clear} lies beyond the threshold {Threshold}, so the alert would clear while it is bad."));
        if (For < TimeSpan.Zero || For > TimeSpan.FromDays(7))
            throw new ArgumentException($"Rule for {Metric}: 'for' ({For}) must be from zero to 7 days.");
        try
        {
            if (CompositeFormat.Parse(Message).MinimumArgumentCount > 1)
                throw new FormatException("it takes more than one value");
        }
        catch (FormatException e)
        {
            throw new ArgumentException($"Rule for {Metric}: the message '{Message}' is no format of one value: {e.Message}", e);
        }
    }
}
