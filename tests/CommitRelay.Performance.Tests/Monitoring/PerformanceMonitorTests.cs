using System.Text.Json;
using CommitRelay.Performance.Events;
using CommitRelay.Performance.Hosting;
using CommitRelay.Performance.Monitoring;
using CommitRelay.Performance.Relay;
using CommitRelay.Performance.TestHelpers;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;

namespace CommitRelay.Performance.Tests.Monitoring;

public sealed class PerformanceMonitorTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
    private readonly RelayHome _home;

    public PerformanceMonitorTests() => _home = new RelayHome(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Queue_ThatGrowsAndShrinks_IsTold_RaisedOnceAndClearedOnce()
    {
        await using var monitor = Create();
        foreach (var length in (int[])[50, 53, 60, 45, 40, 10])
        {
            Queue(length);
            await monitor.SampleAsync();
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(
            [
                """{"timestamp":"2026-11-24T12:01:00.000Z","type":"performance_alert","severity":"warning","source":"relay-perf","message":"Queue size: 53","metric":"queue.queued","value":53,"threshold":50,"state":"raised"}""",
                """{"timestamp":"2026-11-24T12:04:00.000Z","type":"performance_alert","severity":"warning","source":"relay-perf","message":"Queue size: 40","metric":"queue.queued","value":40,"threshold":50,"state":"cleared"}""",
            ],
            File.ReadLines(_home.Events));
    }

    [Fact]
    public async Task Alert_ThatAnEarlierRunRaised_IsNotRaisedAgain_AndIsClearedByALaterRun()
    {
        Queue(60);
        for (var run = 0; run < 2; run++)
        {
            await using var monitor = Create();
            await monitor.SampleAsync();
        }

        Queue(1);
        await using (var monitor = Create())
            Assert.False(Assert.Single(await monitor.SampleAsync()).Raised);
        Assert.Equal(2, File.ReadLines(_home.Events).Count());
    }

    [Fact]
    public async Task Snapshot_HasTheShapeOfRealHomes()
    {
        _folder.Write("coordination/task-queue.json", """{"tasks":[{"id":"a","status":"pending"},{"id":"b","status":"in_progress"},{"id":"c","status":"completed"},{"id":"d","status":"cancelled"}]}""");
        _folder.Write("coordination/token-budget.json", """{"total_budget": 500000, "allocated": 1243000, "in_use": 1243000, "available": -743000}""");
        Spec("active", "w1", """{"worker_id":"w1","worker_type":"scan-worker","status":"running","created_at":"2026-11-24T11:00:00Z","resources":{"timeout_minutes":30}}""");
        Spec("active", "w2", """{"worker_id":"w2","resources":{"token_allocation": ,}}""");
        Spec("completed", "w3", "{}");
        await using var monitor = Create();
        await monitor.SampleAsync();
        using var snapshot = JsonDocument.Parse(Assert.Single(File.ReadLines(_home.MetricsSnapshots)));
        Assert.Equal("2026-11-24T12:00:00Z", snapshot.RootElement.GetProperty("timestamp").GetString());
        Assert.Equal("""{"active":2,"completed":1,"failed":0,"invalid":1,"stale":1,"overrunning":1}""", snapshot.RootElement.GetProperty("workers").GetRawText());
        Assert.Equal("""{"total_budget":500000,"total_used":1243000,"available":-743000,"usage_percentage":248.6}""", snapshot.RootElement.GetProperty("tokens").GetRawText());
        Assert.Equal("""{"pending":1,"in_progress":1,"completed":1,"total":4}""", snapshot.RootElement.GetProperty("tasks").GetRawText());
        Assert.True(snapshot.RootElement.GetProperty("resources").GetProperty("disk_free").GetDouble() is >= 0 and <= 1);
    }

    [Fact]
    public async Task Snapshots_AreKeptToTheirNumber()
    {
        await using var monitor = Create(options => options.SnapshotsKept = 3);
        for (var i = 0; i < 103; i++)
            await monitor.SampleAsync();
        Assert.InRange(File.ReadLines(_home.MetricsSnapshots).Count(), 3, 103);
        Assert.True(File.ReadLines(_home.MetricsSnapshots).Count() < 103);
    }

    [Fact]
    public async Task Queue_ThatIsBroken_IsUnknownWithItsPlace_AndTheSampleGoesOn()
    {
        _folder.Write("coordination/task-queue.json", """{"tasks":[{"id":"a","status":"queued"},{"id":""");
        await using var monitor = Create();
        await monitor.SampleAsync();
        var sample = monitor.Last!;
        Assert.Null(sample[MetricNames.QueueQueued]);
        Assert.Contains("task-queue.json", sample.Unknown[MetricNames.QueueQueued], StringComparison.Ordinal);
        Assert.NotNull(sample[MetricNames.DiskFree]);
    }

    [Fact]
    public async Task Home_ThatIsMissing_IsAllUnknown_ButTheMachineIsKnown()
    {
        var home = new RelayHome(_folder["none"]);
        Directory.CreateDirectory(home.Coordination);
        await using var monitor = new PerformanceMonitor(home, time: _time);
        await monitor.SampleAsync();
        Assert.Null(monitor.Last![MetricNames.TokensAvailable]);
        Assert.NotNull(monitor.Last[MetricNames.MemoryUtilization]);
    }

    [Fact]
    public async Task Calls_RefusedSinceTheSampleBefore_AreCountedFromTheLogs()
    {
        var log = _folder.Write("agents/logs/system/api.log", "HTTP 429 before anybody looked\n");
        await using var monitor = Create();
        await monitor.SampleAsync();
        Assert.Equal(0, monitor.Last![MetricNames.CallsRefused]);
        File.AppendAllText(log, "status=429 one\nall is well\nError 429: rate limit exceeded\n");
        await monitor.SampleAsync();
        Assert.Equal(2, monitor.Last![MetricNames.CallsRefused]);
        await monitor.SampleAsync();
        Assert.Equal(0, monitor.Last![MetricNames.CallsRefused]);
    }

    [Fact]
    public async Task Forecast_TellsWhenTheQueueWillBeEmpty_AndOnWhatItRests()
    {
        await using var monitor = Create();
        for (var length = 40; length > 20; length -= 2)
        {
            Queue(length);
            await monitor.SampleAsync();
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(11, monitor.QueueEmpty.Until!.Value.TotalMinutes, 1);
        Assert.Contains("10 samples over 540 s", monitor.QueueEmpty.Basis, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_IsDegradedByAWarning_UnhealthyByACriticalAlert_AndSaysWhy()
    {
        await using var monitor = Create(options => options.Rules =
        [
            new() { Metric = MetricNames.QueueQueued, Threshold = 50, Message = "Queue size: {0:0}" },
            new() { Metric = MetricNames.QueueQueued, Threshold = 90, Severity = AlertSeverity.Critical, Message = "Queue is {0:0} long" },
        ]);
        var check = new AlertsHealthCheck(monitor);
        var states = new List<(HealthStatus, string?)>();
        foreach (var length in (int[])[10, 60, 99])
        {
            Queue(length);
            await monitor.SampleAsync();
            var result = await check.CheckHealthAsync(new HealthCheckContext());
            states.Add((result.Status, result.Description));
        }

        Assert.Equal([(HealthStatus.Healthy, "No alert is raised."), (HealthStatus.Degraded, "Queue size: 60"), (HealthStatus.Unhealthy, "Queue is 99 long; Queue size: 99")], states);
    }

    [Fact]
    public async Task Health_OfEvents_SaysWhyNothingIsWritten()
    {
        var folder = Directory.CreateDirectory(_folder["below"]).FullName;
        await using var writer = new EventWriter(Path.Combine(folder, "events.jsonl"), new() { AcknowledgeTimeout = TimeSpan.FromSeconds(1), DisposeTimeout = TimeSpan.FromMinutes(1) });
        Directory.Delete(folder, recursive: true);
        File.WriteAllText(folder, "a file in the folder's place");
        writer.WriteLine("{}"u8);
        await Assert.ThrowsAsync<EventWriterException>(() => writer.FlushAsync().AsTask());
        var result = await new EventsHealthCheck(writer).CheckHealthAsync(new HealthCheckContext());
        Assert.Equal(HealthStatus.Unhealthy, result.Status);
        Assert.Contains("no event could be written since", result.Description, StringComparison.Ordinal);
        File.Delete(folder);
        Directory.CreateDirectory(folder);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(long.MaxValue, true)]
    public async Task EventFile_WhoseDiskIsNearlyFullByItsWriter_RaisesAnAlert(long bound, bool raised)
    {
        Directory.CreateDirectory(_home.Coordination);
        await using var events = new EventWriter(_home.Events, new() { LowDiskBytes = bound }, _time);
        await using var monitor = new PerformanceMonitor(_home, new() { Rules = [.. AlertRule.Defaults.Where(rule => rule.Metric == MetricNames.EventsDiskLow)] }, _time, events: events);
        var alerts = await monitor.SampleAsync();
        Assert.Equal(raised ? 1 : 0, monitor.Last![MetricNames.EventsDiskLow]);
        Assert.Equal(raised ? [AlertSeverity.Critical] : [], alerts.Select(alert => alert.Rule.Severity));
    }

    [Fact]
    public async Task EventSink_WithoutAFile_HasNoDisk_AndTheSampleSaysSo()
    {
        await using var events = new InMemoryEventSink();
        Directory.CreateDirectory(_home.Coordination);
        await using var monitor = new PerformanceMonitor(_home, time: _time, events: events);
        await monitor.SampleAsync();
        Assert.Equal("events go to no file", monitor.Last!.Unknown[MetricNames.EventsDiskLow]);
    }

    [Fact]
    public async Task Run_SamplesOnceAPeriod_AndEndsWhenCancelled()
    {
        Queue(1);
        await using var monitor = Create();
        using var stop = new CancellationTokenSource();
        var run = monitor.RunAsync(stop.Token);
        await Until(() => monitor.Last is not null);
        var first = monitor.Last!.At;
        while (monitor.Last!.At == first)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }

        await stop.CancelAsync();
        await run;
        Assert.True(monitor.Last.At - first >= TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData(0.5, 100, 0.1, "Period")]
    [InlineData(60, 0, 0.1, "SnapshotsKept")]
    [InlineData(60, 100, 0, "WalkShare")]
    public void Option_OutOfItsRange_IsRefusedByName(double period, int kept, double share, string name)
    {
        var e = Assert.ThrowsAny<ArgumentException>(() => new PerformanceMonitor(_home, new() { Period = TimeSpan.FromSeconds(period), SnapshotsKept = kept, WalkShare = share }));
        Assert.Contains(name, e.Message, StringComparison.Ordinal);
    }

    private static async Task Until(Func<bool> condition)
    {
        while (!condition())
            await Task.Yield();
    }

    private PerformanceMonitor Create(Action<MonitorOptions>? configure = null)
    {
        var options = new MonitorOptions { Rules = [.. AlertRule.Defaults.Where(rule => rule.Metric == MetricNames.QueueQueued)] };
        configure?.Invoke(options);
        Directory.CreateDirectory(_home.Coordination);
        return new PerformanceMonitor(_home, options, _time);
    }

    private void Queue(int length)
        => _folder.Write("coordination/task-queue.json", $$"""{"tasks":[{{string.Join(",", Enumerable.Range(0, length).Select(i => $$"""{"id":"t{{i}}","status":"queued"}"""))}}]}""");

    private void Spec(string state, string name, string json) => _folder.Write($"coordination/worker-specs/{state}/{name}.json", json);
}
