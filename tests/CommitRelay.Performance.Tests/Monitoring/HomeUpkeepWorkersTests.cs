using System.Diagnostics;
using CommitRelay.Performance.Events;
using CommitRelay.Performance.Monitoring;
using CommitRelay.Performance.Relay;
using CommitRelay.Performance.TestHelpers;
using Microsoft.Extensions.Time.Testing;

namespace CommitRelay.Performance.Tests.Monitoring;

[Collection(nameof(AloneInTheProcess))]
public sealed class HomeUpkeepWorkersTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
    private readonly RelayHome _home;
    private readonly HomeUpkeep _upkeep;

    public HomeUpkeepWorkersTests()
    {
        _home = new RelayHome(_folder.Path);
        _upkeep = new HomeUpkeep(_home, time: _time);
    }

    public void Dispose() => _folder.Dispose();

    [LinuxFact]
    public async Task StaleWorker_IsMarkedFailedAndMoved_AllOtherBytesStay()
    {
        var stale = Active("worker-scan-001", "{\n  \"worker_id\": \"worker-scan-001\",\n  \"status\": \"running\",\n  \"created_at\": \"2026-11-24T11:00:00Z\",\n  \"cost\": 1.00\n}\n");
        var young = Active("worker-scan-002", """{"worker_id":"worker-scan-002","status":"running","created_at":"2026-11-24T11:58:00Z"}""");
        var beating = Active("worker-scan-003", """{"worker_id":"worker-scan-003","status":"running","created_at":"2026-11-24T01:00:00Z","heartbeat":{"last_heartbeat":"2026-11-24T11:59:00Z"}}""");
        var look = await new HomeUpkeep(_home, dryRun: true, _time).EndStaleWorkersAsync();
        Assert.Equal(stale, Assert.Single(look.Steps).Path);
        Assert.True(File.Exists(stale));

        var step = Assert.Single((await _upkeep.EndStaleWorkersAsync()).Steps);
        Assert.Equal((UpkeepAction.Failed, stale, Path.Combine(_home.WorkerSpecs, "archived", "failed-20261124-120000", "worker-scan-001.json")), (step.Action, step.Path, step.Target));
        Assert.Equal(
            "{\n  \"worker_id\": \"worker-scan-001\",\n  \"status\": \"failed\",\n  \"created_at\": \"2026-11-24T11:00:00Z\",\n  \"cost\": 1.00,\n  \"failed_at\": \"2026-11-24T12:00:00Z\",\n  \"failure_reason\": \"no process runs it, silent for 0.01:00:00\"\n}\n",
            File.ReadAllText(step.Target!));
        Assert.Equal([young, beating], Directory.GetFiles(_home.WorkerSpecFolder("active")).Order(StringComparer.Ordinal));
    }

    [LinuxFact]
    public async Task Worker_WhoseProcessLives_IsLeftAlone_OverItsLimitOrNot_ByPidPidFileOrCommandLine()
    {
        using var process = Process.Start(new ProcessStartInfo("sleep", ["300"]))!;
        using var named = Process.Start(new ProcessStartInfo("sh", ["-c", "sleep 300; true", "agents/worker-scan-003.sh"]))!;
        try
        {
            const string Old = "\"status\":\"running\",\"created_at\":\"2026-11-23T00:00:00Z\",\"resources\":{\"time_limit_minutes\":60}";
            Active("worker-scan-001", $$"""{"worker_id":"worker-scan-001",{{Old}},"pid":{{process.Id}}}""");
            Active("worker-scan-002", $$"""{"worker_id":"worker-scan-002",{{Old}}}""");
            _folder.Write("coordination/pids/worker-scan-002.pid", $"{process.Id}\n");
            Active("worker-scan-003", $$"""{"worker_id":"worker-scan-003",{{Old}}}""");
            var report = await _upkeep.EndStaleWorkersAsync();
            Assert.Empty(report.Steps);
            Assert.Equal([process.Id, process.Id, named.Id], report.Skipped.Select(skip => int.Parse(skip.Reason.Split("process ")[1].Split(' ')[0])));
        }
        finally
        {
            process.Kill();
            named.Kill(entireProcessTree: true);
        }
    }

    [LinuxFact]
    public async Task Spec_ThatNoParserReads_StaysAndIsNamedWithItsPlace()
    {
        var broken = Active("dev-worker-1", """{"worker_id":"dev-worker-1","resources":{"token_allocation": ,}}""");
        var skip = Assert.Single((await _upkeep.EndStaleWorkersAsync()).Skipped);
        Assert.Equal(broken, skip.Path);
        Assert.Contains("at byte 61", skip.Reason, StringComparison.Ordinal);
    }

    [LinuxFact]
    public void CompletedSpecs_AreArchivedByTheDayOfTheirEnd_AndANameThatIsTakenGetsANumber()
    {
        var taken = _folder.Write("coordination/worker-specs/archived/2026-11-16/w1.json", "earlier");
        Completed("w1", """{"worker_id":"w1","execution":{"completed_at":"2026-11-15T20:00:00-0600"}}""");
        Completed("w2", """{"worker_id":"w2","completed_at":"2026-11-20T00:00:00Z"}""");
        var kept = Completed("w3", """{"worker_id":"w3","completed_at":"2026-11-24T10:00:00Z"}""");
        var report = _upkeep.ArchiveCompletedWorkers(TimeSpan.FromDays(1));
        Assert.Equal(["archived/2026-11-16/w1-2.json", "archived/2026-11-20/w2.json"], report.Steps.Select(step => Path.GetRelativePath(_home.WorkerSpecs, step.Target!)));
        Assert.Equal("earlier", File.ReadAllText(taken));
        Assert.Equal([kept], Directory.GetFiles(_home.WorkerSpecFolder("completed")));
    }

    [LinuxFact]
    public async Task Round_DoesWhatTheOptionsAsk_AndTellsItAsEvents()
    {
        Active("w1", """{"worker_id":"w1","created_at":"2026-11-24T00:00:00Z"}""");
        Completed("w2", """{"worker_id":"w2","completed_at":"2026-11-20T00:00:00Z"}""");
        var events = new InMemoryEventSink();
        var reports = await _upkeep.RunAsync(new() { StaleWorkersSilentFor = TimeSpan.FromMinutes(5), LogsOlderThan = TimeSpan.Zero }, events);
        Assert.Equal(["stale workers", "completed workers", "logs", "history"], reports.Select(report => report.Subject));
        var told = events.Read(RelayJson.Event);
        Assert.Equal([("upkeep", "info"), ("upkeep", "info")], told.Select(one => (one!.Type, one.Severity)));
        Assert.StartsWith("stale workers: 1 files", told[0]!.Message, StringComparison.Ordinal);
    }

    private string Active(string name, string json) => _folder.Write($"coordination/worker-specs/active/{name}.json", json);

    private string Completed(string name, string json) => _folder.Write($"coordination/worker-specs/completed/{name}.json", json);
}
