using CommitRelay.Performance.Events;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.Relay;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary>What the report shows. The plots end at the newest record there is, so that a home that was copied is shown as it was.</summary>
internal sealed record ReportData(
    string Home,
    DateTimeOffset Since,
    DateTimeOffset Until,
    IReadOnlyList<Snapshot> Snapshots,
    long Events,
    TimeBins EventRate,
    TimeBins RefusedCalls,
    IReadOnlyDictionary<string, long> EventTypes,
    IReadOnlyDictionary<string, long> ByStatus,
    IReadOnlyList<(string Percentile, double Seconds)> Waits,
    IReadOnlyList<(string Type, DurationSummary Duration)> Durations,
    IReadOnlyList<string> Faults)
{
    private static readonly int[] PercentilesShown = [50, 75, 90, 95, 99, 100];
    private static readonly JsonPath Timestamp = "timestamp";

    public static async Task<ReportData> GatherAsync(CommandRun run, TimeSpan span)
    {
        var faults = new List<string>();
        var all = await Tool.Commands.Snapshots.ReadAsync(run.Home.MetricsSnapshots, DateTimeOffset.MinValue, run.Stop).ConfigureAwait(false);
        var until = await NewestAsync(run, all).ConfigureAwait(false);
        var since = until - span;
        var rate = new TimeBins(since, until);
        var refused = new TimeBins(since, until);
        var types = new Dictionary<string, long>(StringComparer.Ordinal);
        var events = 0L;
        await foreach (var told in new EventReader(run.Home.Events, new EventReaderOptions { IncludeArchives = true }).ReadAsync(RelayJson.Event, null, run.Stop).ConfigureAwait(false))
        {
            if (told?.Timestamp is not { } at || at < since || at > until)
                continue;
            events++;
            rate.Add(at);
            var type = told.Type ?? "(none)";
            types[type] = types.GetValueOrDefault(type) + 1;
        }

        // Each snapshot tells the calls refused since the one before.
        foreach (var snapshot in all.Where(snapshot => snapshot.At >= since))
            refused.Add(snapshot.At, (long)(snapshot["resources.calls_refused"] ?? 0));

        var (statuses, waits) = await QueueAsync(run, faults).ConfigureAwait(false);
        var specs = WorkerSpecSurvey.Read(run.Home, now: run.Time.GetUtcNow(), cancellationToken: run.Stop);
        var durations = specs.Durations(WorkerSpan.CreatedToEnd).OrderByDescending(static type => type.Value.Mean).Select(static type => (type.Key, type.Value)).ToList();
        return new ReportData(run.Home.Root, since, until, [.. all.Where(snapshot => snapshot.At >= since)], events, rate, refused, types, statuses, waits, durations, faults);
    }

    private static async Task<DateTimeOffset> NewestAsync(CommandRun run, IReadOnlyList<Snapshot> snapshots)
    {
        var newest = snapshots.Count > 0 ? snapshots[^1].At : (DateTimeOffset?)null;
        foreach (var text in await new EventReader(run.Home.Events).LastRawAsync(1, null, run.Stop).ConfigureAwait(false))
        {
            if (Timestamp.TryFind(text.Json.Span, out var raw) && raw.Length > 2 && Instants.TryParse(raw[1..^1], out var at) && !(at <= newest))
                newest = at;
        }

        return newest ?? run.Time.GetUtcNow();
    }

    private static async Task<(IReadOnlyDictionary<string, long> Statuses, IReadOnlyList<(string, double)> Waits)> QueueAsync(CommandRun run, List<string> faults)
    {
        try
        {
            var survey = await QueueSurvey.ReadAsync(run.Home.TaskQueue, run.Stop).ConfigureAwait(false);
            var waits = await WaitsAsync(run, "started_at").ConfigureAwait(false) is { Count: > 0 } started ? started : await WaitsAsync(run, "assigned_at").ConfigureAwait(false);
            return (survey.Figures.ByStatus.Named(), Percentiles(waits));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or QueueFormatException)
        {
            faults.Add(fault.Message);
            return (new Dictionary<string, long>(), []);
        }
    }

    private static async Task<List<double>> WaitsAsync(CommandRun run, string to)
    {
        var waits = await new QueueReader().WaitsAsync(run.Home.TaskQueue, "created_at", to, int.MaxValue, cancellationToken: run.Stop).ConfigureAwait(false);
        return [.. waits.Longest.Select(static wait => (double)wait.Seconds).Order()];
    }

    private static List<(string, double)> Percentiles(List<double> sorted)
        => sorted.Count == 0 ? [] : [.. PercentilesShown.Select(percent => ($"p{percent}", sorted[Math.Min(sorted.Count - 1, (int)Math.Ceiling(sorted.Count * percent / 100.0) - 1)]))];
}

/// <summary>Counts by time, in equal steps.</summary>
internal sealed class TimeBins(DateTimeOffset since, DateTimeOffset until)
{
    private const int Steps = 84;
    private readonly long[] _counts = new long[Steps];

    public long Total => _counts.Sum();

    public TimeSpan Step => (until - since) / Steps;

    public IReadOnlyList<(DateTimeOffset At, double Value)> Points => [.. _counts.Select((count, place) => (since + (Step * (place + 0.5)), (double)count))];

    public void Add(DateTimeOffset at, long count = 1) => _counts[Math.Clamp((int)((at - since) / Step), 0, Steps - 1)] += count;
}
