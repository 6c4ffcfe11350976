using CommitRelay.Performance.Events;
using CommitRelay.Performance.Probes;
using CommitRelay.Performance.Relay;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary>Looks at the home for the dashboard. What has not changed is not read again; history comes from the snapshots, so that it is right at once.</summary>
internal sealed class DashboardSource : IDisposable
{
    private const int EventsKept = 400;
    private const int HistoryKept = 2000;

    /// <summary>Reading takes at most a hundredth of a processor.</summary>
    private const int RestsFor = 100;

    private const int ProcessesKept = Dashboard.ProcessesShown;

    /// <summary>Workers grow old and die without a change of their folder.</summary>
    private static readonly TimeSpan WorkersStand = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan RateSpan = TimeSpan.FromMinutes(5);

    private readonly CommandRun _run;
    private readonly HostProbe _machine;
    private readonly DiskProbe _disk;
    private readonly ProcessProbe _processes;
    private readonly List<double> _queued = [];
    private readonly Queue<(DateTimeOffset At, long Finished)> _finished = [];
    private readonly PacedFile _queueFile, _activeFolder, _budgetFile, _eventFile;
    private QueueFiguresAnswer _queue = new(null, null, 0, 0, 0, [], 0, 0, null, null, null, null);
    private WorkersAnswer _workers = new(0, [], []);
    private TokenBudget? _budget;
    private IReadOnlyList<RelayEvent> _events = [];
    private double? _refused;

    public DashboardSource(CommandRun run)
    {
        _run = run;
        _queueFile = new PacedFile(run.Home.TaskQueue, run.Time, RestsFor);
        _activeFolder = new PacedFile(run.Home.WorkerSpecFolder("active"), run.Time, RestsFor, WorkersStand);
        _budgetFile = new PacedFile(run.Home.TokenBudget, run.Time, RestsFor);
        _eventFile = new PacedFile(run.Home.Events, run.Time, RestsFor);
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
        await _queueFile.LookAsync(async () => _queue = await Evidence.QueueAsync(_run).ConfigureAwait(false)).ConfigureAwait(false);
        await _activeFolder.LookAsync(() => Task.FromResult(_workers = WorkerListCommand.Look(_run))).ConfigureAwait(false);
        await _budgetFile.LookAsync(() => Task.FromResult(_budget = TokensCommand.ReadBudget(_run).Budget)).ConfigureAwait(false);
        await _eventFile.LookAsync(ReadEventsAsync).ConfigureAwait(false);
        var phases = _queue.Tasks is null ? null : new QueuePhases(_queue.Queued, _queue.Running, _queue.Finished, 0);
        if (phases is not null)
            _queued.Add(phases.Queued);
        if (_queued.Count > HistoryKept)
            _queued.RemoveRange(0, _queued.Count - HistoryKept);
        var resources = ResourcesAnswer.Of(_machine.Sample(), _disk.Sample());
        var table = _processes.Sample();
        var processes = table.Top(ProcessesKept, ProcessOrder.Cpu).Union(table.Top(ProcessesKept, ProcessOrder.Memory)).Select(process => ProcessAnswer.Of(process, _processes, withDescriptors: false)).ToList();
        return new DashboardState(
            now,
            _run.Home.Root,
            phases,
            _queueFile.IsBehind,
            _queue.ByStatus,
            _queue.Error,
            _queue.LongestWait,
            FinishedPerMinute(now, phases),
            _queued,
            _workers.Workers,
            _workers.InvalidFiles.Count,
            _events.Count(told => told.Timestamp > now - RateSpan) / RateSpan.TotalMinutes,
            _events,
            _refused,
            _budget?.Total,
            _budget?.Available,
            resources,
            processes,
            Alerts(resources, processes));
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

    private double? FinishedPerMinute(DateTimeOffset now, QueuePhases? phases)
    {
        if (phases is null)
        {
            _finished.Clear();
            return null;
        }

        _finished.Enqueue((now, phases.Finished));
        while (now - _finished.Peek().At > RateSpan)
            _finished.Dequeue();
        var first = _finished.Peek();
        return now > first.At ? (phases.Finished - first.Finished) / (now - first.At).TotalMinutes : null;
    }

    private List<string> Alerts(ResourcesAnswer resources, IReadOnlyList<ProcessAnswer> busiest)
    {
        var evidence = new Evidence(resources, busiest, _queue, WorkerFiguresAnswer.Of(_workers, _budget), new EventFiguresAnswer(0, 0, 0, null, null), new FileFiguresAnswer(0, 0, 0, [], 0, 0), new LogFiguresAnswer(0, null, 0));
        return [.. FindingRules.Apply(evidence).Where(static finding => finding.Severity != FindingSeverity.Info).Select(static finding => $"{finding.Title}: {finding.Evidence}")];
    }
}
