using System.Globalization;
using System.Text.Json;

namespace CommitRelay.Performance.Monitoring;

/// <summary>A rule that was raised or cleared.</summary>
/// <param name="At">When.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Value">The metric's value at that time.</param>
/// <param name="Raised">True when raised, false when cleared.</param>
public sealed record Alert(DateTimeOffset At, AlertRule Rule, double Value, bool Raised)
{
    /// <summary>What people read.</summary>
    public string Message => Rule.Describe(Value);

    /// <summary>Writes the alert as an event of the home: type <c>performance_alert</c>, times in UTC.</summary>
    /// <param name="writer">Gets one object.</param>
    /// <param name="source">Who says so.</param>
    public void WriteTo(Utf8JsonWriter writer, string source = "relay-perf")
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteString("timestamp", At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        writer.WriteString("type", "performance_alert");
        writer.WriteString("severity", Rule.Severity switch { AlertSeverity.Info => "info", AlertSeverity.Warning => "warning", _ => "critical" });
        writer.WriteString("source", source);
        writer.WriteString("message", Message);
        writer.WriteString("metric", Rule.Metric);
        writer.WriteNumber("value", Value);
        writer.WriteNumber("threshold", Rule.Threshold);
        writer.WriteString("state", Raised ? "raised" : "cleared");
        writer.WriteEndObject();
    }
}
