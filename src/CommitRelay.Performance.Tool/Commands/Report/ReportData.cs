using CommitRelay.Performance.Events;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.Relay;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary>
/// What the report shows. The plots end at the newest record there is, so that a home that was copied is shown as it was, and begin at the first
/// record that is not too old.
/// </summary>
internal sealed record ReportData(
    string Home,
    DateTimeOffset Since,
    DateTimeOffset Until,
    IReadOnlyList<Snapshot> Snapshots,
    long Events,
    TimeBins EventRate,
    TimeBins RefusedCalls,
    TimeBins WaitsOverTime,
    IReadOnlyDictionary<string, long> EventTypes,
    IReadOnlyDictionary<string, long> ByStatus,
    IReadOnlyList<(string Percentile, double Seconds)> Waits,
    IReadOnlyList<(string Type, DurationSummary Duration)> Durations,
    IReadOnlyList<string> Faults)
{
    private static readonly int[] PercentilesShown = [50, 75, 90, 95, 99, 100];
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);
    private static readonly JsonPath Timestamp = "timestamp";

    public static async Task<ReportData> GatherAsync(CommandRun run, TimeSpan span)
    {
        var faults = new List<string>();
        var all = await TryAsync(faults, () => Tool.Commands.Snapshots.ReadAsync(run.Home.MetricsSnapshots, DateTimeOffset.MinValue, run.Stop)).ConfigureAwait(false) ?? [];
        var until = await NewestAsync(run, all, faults).ConfigureAwait(false);
        span = span > Shortest ? span : Shortest;
        var since = until - DateTimeOffset.MinValue > span ? until - span : DateTimeOffset.MinValue;
        until = until > since + Shortest ? until : since + Shortest;
        var snapshots = all.Where(snapshot => snapshot.At >= since).ToList();
        TimeBins rate = new(), refused = new(), waits = new();
        var types = new Dictionary<string, long>(StringComparer.Ordinal);
        await TryAsync(faults, () => EventsAsync(run, since, until, rate, types)).ConfigureAwait(false);

        // Each snapshot tells the calls refused since the one before.
        foreach (var snapshot in snapshots)
        {
            if (snapshot["resources.calls_refused"] is > 0 and var calls)
                refused.Count(snapshot.At, (long)calls);
        }

        var queue = await TryAsync(faults, () => QueueHistory.ReadAsync(run.Home.TaskQueue, run.Stop)).ConfigureAwait(false);
        foreach (var (ended, seconds) in queue?.Waits ?? [])
        {
            if (ended >= since && ended <= until)
                waits.Add(ended, seconds);
        }

        var specs = WorkerSpecSurvey.Read(run.Home, now: run.Time.GetUtcNow(), cancellationToken: run.Stop);
        var durations = specs.Durations(WorkerSpan.CreatedToEnd).OrderByDescending(static type => type.Value.Mean).Select(static type => (type.Key, type.Value)).ToList();
        var first = ((DateTimeOffset?[])[snapshots.Count > 0 ? snapshots[0].At : null, rate.First, waits.First]).Min() ?? since;
        return new ReportData(run.Home.Root, first < until ? Latest(first, since) : since, until, snapshots, types.Values.Sum(), rate, refused, waits, types, queue?.ByStatus ?? new Dictionary<string, long>(), OfAll(queue), durations, faults);
    }

    private static DateTimeOffset Latest(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static async Task<object?> EventsAsync(CommandRun run, DateTimeOffset since, DateTimeOffset until, TimeBins rate, Dictionary<string, long> types)
    {
        await foreach (var told in new EventReader(run.Home.Events, new EventReaderOptions { IncludeArchives = true }).ReadAsync(RelayJson.Event, null, run.Stop).ConfigureAwait(false))
        {
            if (told?.Timestamp is not { } at || at < since || at > until)
                continue;
            rate.Count(at, 1);
            var type = told.Type ?? "(none)";
            types[type] = types.GetValueOrDefault(type) + 1;
        }

        return null;
    }

    private static async Task<DateTimeOffset> NewestAsync(CommandRun run, IReadOnlyList<Snapshot> snapshots, List<string> faults)
    {
        var newest = snapshots.Count > 0 ? snapshots[^1].At : (DateTimeOffset?)null;
        foreach (var text in await TryAsync(faults, async () => await new EventReader(run.Home.Events).LastRawAsync(1, null, run.Stop).ConfigureAwait(false)).ConfigureAwait(false) ?? [])
        {
            if (Timestamp.TryFind(text.Json.Span, out var raw) && Tool.Commands.Snapshots.TryInstant(raw, out var at) && !(at <= newest))
                newest = at;
        }

        return newest ?? run.Time.GetUtcNow();
    }

    private static List<(string, double)> OfAll(QueueHistory? queue)
    {
        var sorted = (queue?.Waits ?? []).Select(static wait => wait.Seconds).Order().ToList();
        return sorted.Count == 0 ? [] : [.. PercentilesShown.Select(percent => ($"p{percent}", Percentiles.Of(sorted, percent)))];
    }

    /// <summary>What cannot be read is told on the page; the rest of it stands.</summary>
    private static async Task<T?> TryAsync<T>(List<string> faults, Func<Task<T>> read)
        where T : class?
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (Exception fault) when (Evidence.IsFault(fault))
        {
            if (!faults.Contains(fault.Message))
                faults.Add(fault.Message);
            return null;
        }
    }
}
