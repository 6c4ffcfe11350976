using System.Text.Json;
using CommitRelay.Performance.Events;
using CommitRelay.Performance.Files;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.Probes;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.Relay;

namespace CommitRelay.Performance.Monitoring;

/// <summary>The metrics of a home's own files. What has not changed is not read again; what must be walked is walked no oftener than its share of a processor allows.</summary>
internal sealed class HomeMetrics(RelayHome home, MonitorOptions options, TimeProvider time)
{
    private const long LargeJson = 10_000_000;
    private const int MostLargeFiles = 1000;
    private static readonly JsonPath Timestamp = "timestamp";
    private static readonly string[] InProgress = ["in_progress", "running", "assigned", "worker_spawned", "orchestrating"];

    private readonly ProcessProbe _processes = new();
    private readonly RefusedCalls _refused = new(home);
    private MonitorSample? _queue;
    private FileState? _queueState;
    private MonitorSample? _walk;
    private long _walkedAt;
    private TimeSpan _walkPause;

    public async Task SampleAsync(SampleBuilder sample, CancellationToken cancellationToken)
    {
        await QueueAsync(sample, cancellationToken).ConfigureAwait(false);
        Tokens(sample);
        await AgeAsync(sample, MetricNames.EventsAge, home.Events, cancellationToken).ConfigureAwait(false);
        await AgeAsync(sample, MetricNames.SnapshotsAge, home.MetricsSnapshots, cancellationToken).ConfigureAwait(false);
        if (_walk is null || time.GetElapsedTime(_walkedAt) >= _walkPause)
            Walk(sample.At, cancellationToken);
        sample.Take(_walk!);
        sample.Set(MetricNames.CallsRefused, _refused.SinceLast(cancellationToken));
    }

    /// <summary>The tasks by status; counted again only when the file has changed.</summary>
    private async Task QueueAsync(SampleBuilder sample, CancellationToken cancellationToken)
    {
        var state = FileState.TryOf(home.TaskQueue);
        if (_queue is null || state is null || state != _queueState)
        {
            var queue = new SampleBuilder(sample.At);
            try
            {
                var counts = await new QueueReader().CountByAsync(home.TaskQueue, "status", cancellationToken: cancellationToken).ConfigureAwait(false);
                queue.Set(MetricNames.QueueQueued, options.OpenStatuses.Sum(status => counts.ByText.GetValueOrDefault(status)));
                queue.Set(MetricNames.QueueInProgress, InProgress.Except(options.OpenStatuses).Sum(status => counts.ByText.GetValueOrDefault(status)));
                queue.Set(MetricNames.QueueCompleted, counts.ByText.GetValueOrDefault("completed"));
                queue.Set(MetricNames.QueueTotal, counts.Total);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
            {
                foreach (var metric in (string[])[MetricNames.QueueQueued, MetricNames.QueueInProgress, MetricNames.QueueCompleted, MetricNames.QueueTotal])
                    queue.Set(metric, null, e.Message);
            }

            (_queue, _queueState) = (queue.Build(), state);
        }

        sample.Take(_queue);
    }

    private void Tokens(SampleBuilder sample)
    {
        TokenBudget? budget = null;
        var reason = "the budget does not say";
        try
        {
            budget = TokenBudget.Read(home.TokenBudget);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            reason = e.Message;
        }

        sample.Set(MetricNames.TokensTotal, budget?.Total, reason);
        sample.Set(MetricNames.TokensUsed, budget?.InUse ?? budget?.Allocated, reason);
        sample.Set(MetricNames.TokensAvailable, budget?.Available, reason);
    }

    /// <summary>The age of a stream's newest record: by its own time, else by the file's last write.</summary>
    private static async Task AgeAsync(SampleBuilder sample, string metric, string path, CancellationToken cancellationToken)
    {
        try
        {
            var last = await new EventReader(path).LastRawAsync(1, cancellationToken: cancellationToken).ConfigureAwait(false);
            var at = last.Count > 0 && Timestamp.TryFind(last[0].Json.Span, out var value) && JsonText.TryInstant(value, out var told)
                ? told
                : new DateTimeOffset(File.GetLastWriteTimeUtc(path), TimeSpan.Zero);
            sample.Set(metric, File.Exists(path) ? Math.Max(0, (sample.At - at).TotalSeconds) : null, "there is no such file");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            sample.Set(metric, null, e.Message);
        }
    }

    /// <summary>Files, and workers.</summary>
    private void Walk(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var walk = new SampleBuilder(now);
        var files = HomeFiles.Walk(home, new HomeFilesOptions { Largest = MostLargeFiles }, cancellationToken);
        walk.Set(MetricNames.FilesLargeJson, files.Largest.Count(static file => file.Bytes > LargeJson && file.Path.EndsWith(".json", StringComparison.Ordinal)));
        var active = WorkerSpecFolder.Read(home.WorkerSpecFolder("active"), cancellationToken);
        var workers = ActiveWorker.Look(home, active.Specs, _processes, now, options.WorkerSilence);
        walk.Set(MetricNames.WorkersActive, active.Files);
        walk.Set(MetricNames.WorkersInvalid, active.Invalid.Count);
        walk.Set(MetricNames.WorkersCompleted, Specs(files, "completed"));
        walk.Set(MetricNames.WorkersFailed, files.WorkerSpecs.Where(static folder => folder.Key.Contains("failed", StringComparison.Ordinal)).Sum(static folder => folder.Value.Files));
        walk.Set(MetricNames.WorkersStale, workers.Count(static worker => worker.IsStale));
        walk.Set(MetricNames.WorkersOverrunning, workers.Count(static worker => worker.IsOverrunning));
        _walk = walk.Build();
        _walkedAt = time.GetTimestamp();
        _walkPause = (time.GetElapsedTime(started)) / options.WalkShare;
    }

    private static long Specs(HomeFiles files, string state) => files.WorkerSpecs.TryGetValue(state, out var group) ? group.Files : 0;
}
