using CommitRelay.Performance.Events;
using CommitRelay.Performance.Probes;
using CommitRelay.Performance.Relay;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary>Looks at the home for the dashboard. What has not changed is not read again; history comes from the snapshots, so that it is right at once.</summary>
internal sealed class DashboardSource : IDisposable
{
    private const int EventsKept = 400;
    private const int HistoryKept = 2000;
    private const int ProcessesKept = Dashboard.ProcessesShown;
    private static readonly TimeSpan RateSpan = TimeSpan.FromMinutes(5);

    /// <summary>Workers grow old and die without a change of their folder.</summary>
    private static readonly TimeSpan WorkersStand = TimeSpan.FromSeconds(30);

    private readonly CommandRun _run;
    private readonly HostProbe _machine;
    private readonly DiskProbe _disk;
    private readonly ProcessProbe _processes;
    private readonly List<double> _queued = [];
    private readonly Dictionary<string, (DateTime Written, long Length)> _seen = [];
    private QueueFiguresAnswer? _queue;
    private IReadOnlyDictionary<string, long> _byStatus = new Dictionary<string, long>();
    private WorkersAnswer? _workers;
    private DateTimeOffset _workersAt;
    private TokensAnswer? _tokens;
    private IReadOnlyList<RelayEvent> _events = [];
    private double? _refused;
    private (DateTimeOffset At, long Finished)? _last;

    public DashboardSource(CommandRun run)
    {
        _run = run;
        _machine = new HostProbe(new ProbeOptions { Time = run.Time });
        _disk = new DiskProbe(run.Home.Root, new ProbeOptions { Time = run.Time });
        _processes = new ProcessProbe(new ProbeOptions { Time = run.Time });
        _machine.Sample();
        _disk.Sample();
        _processes.Sample();
    }

    public async Task<DashboardState> LookAsync()
    {
        var now = _run.Time.GetUtcNow();
        if (_queued.Count == 0)
            await ReadHistoryAsync().ConfigureAwait(false);
        if (HasChanged(_run.Home.TaskQueue) || _queue is null)
            await ReadQueueAsync().ConfigureAwait(false);
        if (HasChanged(_run.Home.WorkerSpecFolder("active")) || _workers is null || now - _workersAt > WorkersStand)
        {
            _workers = WorkerListCommand.Look(_run);
            _workersAt = now;
        }

        if (HasChanged(_run.Home.TokenBudget) || _tokens is null)
            _tokens = TokensCommand.Look(_run);
        if (HasChanged(_run.Home.Events))
            await ReadEventsAsync().ConfigureAwait(false);
        var phases = _queue!.Tasks is null ? null : new QueuePhases(_queue.Queued, _queue.Running, _queue.Finished, 0);
        if (phases is not null)
            _queued.Add(phases.Queued);
        if (_queued.Count > HistoryKept)
            _queued.RemoveRange(0, _queued.Count - HistoryKept);
        var rate = phases is not null && _last is { } last && (now - last.At).TotalMinutes is > 0 and var minutes ? (phases.Finished - last.Finished) / minutes : (double?)null;
        _last = phases is null ? null : (now, phases.Finished);
        var resources = ResourcesAnswer.Of(_machine.Sample(), _disk.Sample());
        var processes = _processes.Sample();
        return new DashboardState(
            now,
            _run.Home.Root,
            phases,
            _byStatus,
            _queue.Error,
            _queue.LongestWait,
            rate,
            _queued,
            _workers.Workers,
            _workers.InvalidFiles.Count,
            _events.Count(told => told.Timestamp > now - RateSpan) / RateSpan.TotalMinutes,
            _events,
            _refused,
            _tokens.Total,
            _tokens.Available,
            resources,
            [.. processes.Top(ProcessesKept, ProcessOrder.Cpu).Union(processes.Top(ProcessesKept, ProcessOrder.Memory)).Select(process => ProcessAnswer.Of(process, _processes, withDescriptors: false))],
            Alerts(resources));
    }

    public void Dispose()
    {
        _machine.Dispose();
        _disk.Dispose();
    }

    private async Task ReadHistoryAsync()
    {
        try
        {
            foreach (var snapshot in await Snapshots.ReadAsync(_run.Home.MetricsSnapshots, DateTimeOffset.MinValue, _run.Stop).ConfigureAwait(false))
            {
                if (snapshot["tasks.pending"] is { } queued)
                    _queued.Add(queued);
                _refused = snapshot["resources.calls_refused"] ?? _refused;
            }
        }
        catch (Exception fault) when (Evidence.IsFault(fault))
        {
            // A picture without history is better than none.
        }
    }

    private async Task ReadEventsAsync()
    {
        try
        {
            _events = [.. (await new EventReader(_run.Home.Events).LastAsync(EventsKept, RelayJson.Event, null, _run.Stop).ConfigureAwait(false)).OfType<RelayEvent>().Reverse()];
        }
        catch (Exception fault) when (Evidence.IsFault(fault))
        {
            // A writer may be at it: the last good ones stand.
        }
    }

    private async Task ReadQueueAsync()
    {
        _queue = await Evidence.QueueAsync(_run).ConfigureAwait(false);
        _byStatus = _queue.ByStatus;
    }

    private List<string> Alerts(ResourcesAnswer resources)
    {
        var evidence = new Evidence(resources, [], _queue!, WorkerFiguresAnswer.Of(_workers!, _tokens!), new EventFiguresAnswer(0, 0, 0, null, null), new FileFiguresAnswer(0, 0, 0, [], 0, 0), new LogFiguresAnswer(0, null, 0));
        return [.. FindingRules.Apply(evidence).Where(static finding => finding.Severity != FindingSeverity.Info).Select(static finding => $"{finding.Title}: {finding.Evidence}")];
    }

    private bool HasChanged(string path)
    {
        FileSystemInfo info = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
        var now = info.Exists ? (info.LastWriteTimeUtc, info is FileInfo file ? file.Length : 0) : default;
        if (_seen.TryGetValue(path, out var before) && before == now)
            return false;
        _seen[path] = now;
        return true;
    }
}
