using CommitRelay.Performance.Probes;
using CommitRelay.Performance.Relay;
using CommitRelay.Performance.TestHelpers;
using Microsoft.Extensions.Time.Testing;

namespace CommitRelay.Performance.Tests.Relay;

public sealed class HomeProbeTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));

    public void Dispose() => _folder.Dispose();

    [SharedFact]
    public async Task RealHome_SurveyHasAllItsParts()
    {
        var survey = await new HomeProbe(new RelayHome(Repository.CorpusHome), Options()).SurveyAsync();
        Assert.Equal(728, survey.Files.Files);
        Assert.Equal(-743000, survey.Tokens.Budget!.Available);
        Assert.Equal(ExpectedAnswers.Of("queues").GetProperty("coordination/task-queue.json").Long("tasks"), survey.Queue!.Tasks);
        Assert.Equal(new DateTimeOffset(2025, 12, 5, 14, 27, 30, TimeSpan.Zero), survey.At.AddSeconds(-survey.EventAge.Value));
        Assert.True(survey.SnapshotAge.IsKnown && survey.HeartbeatAge.IsKnown);
        Assert.Equal(7, survey.Invalid.Count);
        Assert.Empty(survey.Active);
    }

    [Fact]
    public async Task Survey_OfAMissingHome_SaysSoEverywhere()
    {
        var survey = await Survey();
        Assert.Null(survey.Queue);
        Assert.Null(survey.Tokens.Budget);
        Assert.Contains("no such file", survey.EventAge.UnknownBecause, StringComparison.Ordinal);
        Assert.Empty(survey.Active);
    }

    [Fact]
    public async Task Survey_BrokenFiles_AreListedWithTheirPlaceAndTheRestStands()
    {
        _folder.Write("coordination/task-queue.json", "{\"tasks\":[{\"status\":");
        _folder.Write("coordination/token-budget.json", "{\"total_budget\": ");
        _folder.Write("coordination/dashboard-events.jsonl", "{\"timestamp\":\"2026-01-01T11:59:00Z\"}\n{\"timestamp\":\"2026-01-01T05:58:00-0600\"}\n");
        var survey = await Survey();
        Assert.Equal([("task-queue.json", true), ("token-budget.json", true)], survey.Invalid.Select(file => (Path.GetFileName(file.Path), file.ByteOffset > 0)));
        Assert.Equal(60, survey.EventAge.Value);
    }

    [Fact]
    public async Task Survey_TheQueue_IsCountedByStatusWithItsWaits()
    {
        _folder.Write("coordination/task-queue.json", """{"tasks":[{"id":"a","status":"pending","created_at":"2026-01-01T00:00:00Z","started_at":"2026-01-01T00:00:07Z"},{"id":"b","status":"pending"},{"id":"c","status":"failed"}]}""");
        var queue = (await Survey()).Queue!;
        Assert.Equal((3, 2, 7), (queue.Tasks, queue.ByStatus.ByText["pending"], queue.StartWaits.Max));
    }

    [LinuxFact]
    public async Task Survey_ActiveWorkers_AreStaleOrOverrunningByTheSurveysClock()
    {
        Active("over", """{"worker_id":"over","execution":{"started_at":"2026-01-01T11:00:00Z"},"resources":{"timeout_minutes":59},"heartbeat":{"last_heartbeat":"2026-01-01T11:59:00Z"}}""");
        Active("silent", """{"worker_id":"silent","heartbeat":{"last_heartbeat":"2026-01-01T11:54:59Z"}}""");
        Active("well", $$"""{"worker_id":"well","pid":{{Environment.ProcessId}},"created_at":"2026-01-01T05:00:00-0600","resources":{"time_limit_minutes":60} }""");
        var survey = await Survey();
        Assert.Equal([("over", false, true), ("silent", true, false), ("well", false, false)], survey.Active.Select(worker => (worker.Spec.WorkerId!, worker.IsStale, worker.IsOverrunning)));
        Assert.Equal(60, survey.HeartbeatAge.Value);
    }

    private ValueTask<HomeSurvey> Survey() => new HomeProbe(new RelayHome(_folder.Path), Options()).SurveyAsync();

    private HomeProbeOptions Options() => new() { Probes = new ProbeOptions { Time = _time } };

    private void Active(string name, string json) => _folder.Write($"coordination/worker-specs/active/{name}.json", json);
}
