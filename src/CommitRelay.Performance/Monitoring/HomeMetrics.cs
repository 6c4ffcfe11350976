using System.IO.Enumeration;
using CommitRelay.Performance.Probes;
using CommitRelay.Performance.Relay;

namespace CommitRelay.Performance.Monitoring;

/// <summary>The metrics of a home's own files. What has not changed is not read again; what must be looked through is, no oftener than its share of a processor allows.</summary>
internal sealed class HomeMetrics(RelayHome home, MonitorOptions options, TimeProvider time)
{
    private const long LargeJson = 10_000_000;
    private const int MostLargeFiles = 1000;
    private static readonly string[] InProgress = ["in_progress", "running", "assigned", "worker_spawned", "orchestrating"];

    private readonly HomeContents _contents = new(home);
    private readonly ProcessProbe _processes = new();
    private readonly RefusedCalls _refused = new(home);
    private readonly PacedLook _active = new(options.WalkShare, time);
    private readonly PacedLook _files = new(options.WalkShare, time);
    private readonly PacedLook _logs = new(options.WalkShare, time);

    public async Task SampleAsync(SampleBuilder sample, CancellationToken cancellationToken)
    {
        Queue(sample, await _contents.Queue.ReadAsync(cancellationToken).ConfigureAwait(false));
        Tokens(sample, await _contents.Budget.ReadAsync(cancellationToken).ConfigureAwait(false));
        Age(sample, MetricNames.EventsAge, home.Events, await _contents.NewestEvent.ReadAsync(cancellationToken).ConfigureAwait(false));
        Age(sample, MetricNames.SnapshotsAge, home.MetricsSnapshots, await _contents.NewestSnapshot.ReadAsync(cancellationToken).ConfigureAwait(false));
        _active.Take(sample, Active);
        _files.Take(sample, look => Walk(look, cancellationToken));
        _logs.Take(sample, look => look.Set(MetricNames.CallsRefused, _refused.SinceLast(cancellationToken)));
    }

    private void Queue(SampleBuilder sample, FileContent<Queues.QueueCounts> queue)
    {
        Set(MetricNames.QueueQueued, static (counts, open) => open.Sum(status => counts.ByText.GetValueOrDefault(status)));
        Set(MetricNames.QueueInProgress, static (counts, open) => InProgress.Except(open).Sum(status => counts.ByText.GetValueOrDefault(status)));
        Set(MetricNames.QueueCompleted, static (counts, _) => counts.ByText.GetValueOrDefault("completed"));
        Set(MetricNames.QueueTotal, static (counts, _) => counts.Total);

        void Set(string metric, Func<Queues.QueueCounts, IEnumerable<string>, long> count)
            => sample.Set(metric, queue.Value is { } counts ? count(counts, options.OpenStatuses) : null, queue.UnknownBecause ?? "");
    }

    private static void Tokens(SampleBuilder sample, FileContent<TokenBudget> budget)
    {
        var reason = budget.UnknownBecause ?? "the budget does not say";
        sample.Set(MetricNames.TokensTotal, budget.Value?.Total, reason);
        sample.Set(MetricNames.TokensUsed, budget.Value?.InUse ?? budget.Value?.Allocated, reason);
        sample.Set(MetricNames.TokensAvailable, budget.Value?.Available, reason);
    }

    /// <summary>The age of a stream's newest record: by its own time, else by the file's last write.</summary>
    private static void Age(SampleBuilder sample, string metric, string path, FileContent<DateTimeOffset?> newest)
    {
        var at = newest.Value ?? new DateTimeOffset(File.GetLastWriteTimeUtc(path), TimeSpan.Zero);
        sample.Set(metric, newest.UnknownBecause is null ? Math.Max(0, (sample.At - at).TotalSeconds) : null, newest.UnknownBecause ?? "");
    }

    /// <summary>How many specs lie in the folder of active ones, by their names alone.</summary>
    private void Active(SampleBuilder look)
    {
        try
        {
            var specs = new FileSystemEnumerable<bool>(home.WorkerSpecFolder("active"), static (ref _) => true) { ShouldIncludePredicate = static (ref entry) => entry.FileName.EndsWith(".json") && !entry.IsDirectory };
            look.Set(MetricNames.WorkersActive, specs.LongCount());
        }
        catch (DirectoryNotFoundException)
        {
            look.Set(MetricNames.WorkersActive, 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            look.Set(MetricNames.WorkersActive, null, e.Message);
        }
    }

    /// <summary>Files, and workers.</summary>
    private void Walk(SampleBuilder look, CancellationToken cancellationToken)
    {
        var files = HomeFiles.Walk(home, new HomeFilesOptions { Largest = MostLargeFiles }, cancellationToken);
        look.Set(MetricNames.FilesLargeJson, files.Largest.Count(static file => file.Bytes > LargeJson && file.Path.EndsWith(".json", StringComparison.Ordinal)));
        look.Set(MetricNames.WorkersCompleted, files.WorkerSpecs.TryGetValue("completed", out var completed) ? completed.Files : 0);
        look.Set(MetricNames.WorkersFailed, files.WorkerSpecs.Where(static folder => folder.Key.Contains("failed", StringComparison.Ordinal)).Sum(static folder => folder.Value.Files));
        var active = WorkerSpecFolder.Read(home.WorkerSpecFolder("active"), cancellationToken);
        var workers = ActiveWorker.Look(home, active.Specs, _processes, look.At, options.WorkerSilence);
        look.Set(MetricNames.WorkersInvalid, active.Invalid.Count);
        look.Set(MetricNames.WorkersStale, workers.Count(static worker => worker.IsStale));
        look.Set(MetricNames.WorkersOverrunning, workers.Count(static worker => worker.IsOverrunning));
    }
}
