using System.Text;
using CommitRelay.Performance.Events;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary>One line of metrics-snapshots.jsonl: the figures of it that are charted, by path; absent ones are left out.</summary>
internal sealed record Snapshot(DateTimeOffset At, IReadOnlyDictionary<string, double> Figures)
{
    public double? this[string path] => Figures.TryGetValue(path, out var value) ? value : null;
}

/// <summary>Reads the history that monitor, and the home's own script, write.</summary>
internal static class Snapshots
{
    public static readonly IReadOnlyList<string> Paths =
    [
        "tasks.pending", "tasks.in_progress", "tasks.completed", "workers.active", "workers.completed", "workers.failed", "tokens.total_budget", "tokens.available",
        "resources.cpu", "resources.memory", "resources.disk_free", "resources.calls_refused",
    ];

    private static readonly (string Name, JsonPath Path)[] Members = [.. Paths.Select(static path => (path, JsonPath.Parse(path)))];
    private static readonly JsonPath Timestamp = "timestamp";

    /// <summary>The snapshots since an instant, in the order of their time.</summary>
    public static async Task<IReadOnlyList<Snapshot>> ReadAsync(string path, DateTimeOffset since, CancellationToken stop)
    {
        var snapshots = new List<Snapshot>();
        await foreach (var text in new EventReader(path).ReadRawAsync(cancellationToken: stop).ConfigureAwait(false))
        {
            if (Of(text.Json.Span) is { } snapshot && snapshot.At >= since)
                snapshots.Add(snapshot);
        }

        snapshots.Sort(static (one, other) => one.At.CompareTo(other.At));
        return snapshots;
    }

    /// <summary>The instant that a JSON text spells.</summary>
    public static bool TryInstant(ReadOnlySpan<byte> raw, out DateTimeOffset instant)
    {
        instant = default;
        return raw is [(byte)'"', .. var text, (byte)'"'] && Instants.TryParse(text, out instant);
    }

    private static Snapshot? Of(ReadOnlySpan<byte> json)
    {
        if (!Timestamp.TryFind(json, out var raw) || !TryInstant(raw, out var at))
            return null;
        var figures = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (name, path) in Members)
        {
            if (path.TryFind(json, out var value) && double.TryParse(Encoding.UTF8.GetString(value), System.Globalization.CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
                figures[name] = number;
        }

        return new Snapshot(at, figures);
    }
}
