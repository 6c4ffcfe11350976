using System.Buffers;
using System.Text.Json;
using CommitRelay.Performance.Events;

namespace CommitRelay.Performance.Monitoring;

/// <content>A round of upkeep, told as events.</content>
public sealed partial class HomeUpkeep
{
    /// <summary>Does one round of what the options ask for. A piece that fails is in its report, and the others go on.</summary>
    /// <param name="options">What to do.</param>
    /// <param name="events">Gets an event for each piece that did something or left something alone; null for none.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <returns>One report a piece.</returns>
    public async Task<IReadOnlyList<UpkeepReport>> RunAsync(UpkeepOptions options, IEventSink? events = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var reports = new List<UpkeepReport>();
        if (options.StaleWorkersSilentFor is { } silence)
            await DoAsync("stale workers", () => EndStaleWorkersAsync(silence, cancellationToken: cancellationToken)).ConfigureAwait(false);
        if (options.CompletedWorkersOlderThan is { } completed)
            await DoAsync("completed workers", () => Task.FromResult(ArchiveCompletedWorkers(completed, cancellationToken))).ConfigureAwait(false);
        if (options.LogsOlderThan is { } logs)
            await DoAsync("logs", () => Task.FromResult(DeleteLogs(logs, cancellationToken))).ConfigureAwait(false);
        if (options.HistoryOlderThan is { } history)
            await DoAsync("history", () => PackHistoryAsync(history, cancellationToken)).ConfigureAwait(false);
        if (options.EventArchivesCompressedAfter is not null || options.EventArchivesOlderThan is not null)
            await DoAsync("events", () => Task.FromResult(KeepEventArchives(options.EventArchivesCompressedAfter, options.EventArchivesOlderThan, cancellationToken))).ConfigureAwait(false);
        if (options.SnapshotsKept is { } snapshots)
            await DoAsync("snapshots", () => TrimSnapshotsAsync(snapshots, cancellationToken)).ConfigureAwait(false);
        return reports;

        async Task DoAsync(string subject, Func<Task<UpkeepReport>> piece)
        {
            UpkeepReport report;
            try
            {
                report = await piece().ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                report = Report(subject);
                report.Skip(_home.Root, e.Message);
            }

            reports.Add(report);
            if (events is not null && (report.Steps.Count > 0 || report.Skipped.Count > 0))
                Tell(report, events);
        }
    }

    private static void Tell(UpkeepReport report, IEventSink events)
    {
        var line = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(line))
            report.WriteTo(writer);
        events.WriteLine(line.WrittenSpan);
    }
}
