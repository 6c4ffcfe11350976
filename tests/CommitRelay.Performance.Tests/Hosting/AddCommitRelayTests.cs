using CommitRelay.Performance.Events;
using CommitRelay.Performance.Hosting;
using CommitRelay.Performance.Monitoring;
using CommitRelay.Performance.Probes;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.Relay;
using CommitRelay.Performance.TestHelpers;
using CommitRelay.Performance.Workers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace CommitRelay.Performance.Tests.Hosting;

public sealed class AddCommitRelayTests : IDisposable
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Worker_OverAHome_DoesItsTasks_WritesEvents_AndEndsTheHostWithTheQueue()
    {
        var home = Home("a", "task-1", "task-2");
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddCommitRelay(options => options.Home = home)
            .AddTaskQueue(RelayJson.Task)
            .AddEvents()
            .AddGovernor()
            .AddWorker<RelayTask>(services => (claim, token) => ValueTask.CompletedTask, options => options.UntilEmpty = true);
        await builder.Build().RunAsync().WaitAsync(Guard);

        var counts = await new QueueReader().CountByAsync(Path.Combine(home, "coordination", "task-queue.json"), "status");
        Assert.Equal(2, counts.ByText["completed"]);
        Assert.Equal(4, File.ReadLines(Path.Combine(home, "coordination", "dashboard-events.jsonl")).Count());
    }

    [Fact]
    public async Task TwoHomes_InOneProcess_AreToldApartByTheirNames()
    {
        var services = new ServiceCollection();
        foreach (var name in (string[])["a", "b"])
        {
            var home = Home(name, $"task-of-{name}");
            services.AddCommitRelay(options => options.Home = home, name)
                .AddTaskQueue(RelayJson.Task, options => options.OpenStatuses = ["queued"])
                .AddEvents()
                .AddProbes()
                .AddGovernor(options => options.Ceiling = name == "a" ? 3 : 5);
        }

        await using var provider = services.BuildServiceProvider();
        foreach (var (name, ceiling) in ((string, int)[])[("a", 3), ("b", 5)])
        {
            var claim = Assert.Single(await provider.GetRequiredKeyedService<ITaskQueue<RelayTask>>(name).ClaimAsync(5, TimeSpan.Zero));
            Assert.Equal($"task-of-{name}", claim.Id);
            Assert.Equal(ceiling, provider.GetRequiredKeyedService<ConcurrencyGovernor>(name).Limit);
            Assert.StartsWith(_folder[name], provider.GetRequiredKeyedService<EventWriter>(name).Path, StringComparison.Ordinal);
            Assert.NotNull(provider.GetRequiredKeyedService<DiskProbe>(name).Sample());
        }
    }

    [Fact]
    public async Task HealthChecks_OfAHomeWithAKey_AreFoundUnderTheKey()
    {
        var services = new ServiceCollection();
        services.AddCommitRelay(options => options.Home = Home("a", "task-1"), "a").AddEvents(options => options.FlushBytes = 1000).AddMonitor();
        await using var provider = services.BuildServiceProvider();
        var events = await provider.GetRequiredKeyedService<EventsHealthCheck>("a").CheckHealthAsync(new HealthCheckContext());
        var alerts = await provider.GetRequiredKeyedService<AlertsHealthCheck>("a").CheckHealthAsync(new HealthCheckContext());
        Assert.Contains("dashboard-events.jsonl", events.Description, StringComparison.Ordinal);
        Assert.Equal("No sample yet.", alerts.Description);
    }

    [Fact]
    public async Task Options_FromConfiguration_AreTaken_AndCheckedAtTheHostsStart()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection([new("Governor:Ceiling", "7"), new("Monitor:Period", "00:00:00.5")]);
        builder.Services.AddCommitRelay(options => options.Home = Home("a", "task-1")).AddGovernor().AddMonitor();
        builder.Services.Configure<ConcurrencyGovernorOptions>(builder.Configuration.GetSection("Governor"));
        builder.Services.Configure<MonitorOptions>(builder.Configuration.GetSection("Monitor"));
        using var host = builder.Build();
        Assert.Equal(7, host.Services.GetRequiredService<ConcurrencyGovernor>().Limit);
        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Contains("Period (00:00:00.5000000) must be from 00:00:01 to 1.00:00:00.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_OfTwoHomes_AreBoundByTheirNames_WithAllMembers()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(
        [
            new("a:Governor:Ceiling", "7"), new("a:Governor:Thresholds:Memory", "0.8"), new("a:Governor:ProbeInterval", "00:02:00"),
            new("b:Governor:Ceiling", "9"), new("b:Monitor:OpenStatuses:0", "open"), new("b:Monitor:WalkShare", "0.5"),
            new("b:Monitor:Rules:0:Metric", "queue.total"), new("b:Monitor:Rules:0:Threshold", "900"), new("b:Monitor:Rules:0:When", "Below"), new("b:Monitor:Rules:0:Message", "Tasks: {0:0}"),
            new("b:Upkeep:LogsOlderThan", "7.00:00:00"),
        ]);
        foreach (var name in (string[])["a", "b"])
        {
            builder.Services.AddCommitRelay(options => options.Home = Home(name, "task-1"), name).AddGovernor().AddMonitor().AddUpkeep();
            builder.Services.Configure<ConcurrencyGovernorOptions>(name, builder.Configuration.GetSection($"{name}:Governor"));
            builder.Services.Configure<MonitorOptions>(name, builder.Configuration.GetSection($"{name}:Monitor"));
            builder.Services.Configure<UpkeepOptions>(name, builder.Configuration.GetSection($"{name}:Upkeep"));
        }

        using var host = builder.Build();
        Assert.Equal(7, host.Services.GetRequiredKeyedService<ConcurrencyGovernor>("a").Limit);
        Assert.Equal(9, host.Services.GetRequiredKeyedService<ConcurrencyGovernor>("b").Limit);
        Assert.Equal(TimeSpan.FromMinutes(2), Named<ConcurrencyGovernorOptions>("a").ProbeInterval);
        Assert.Equal(new ResourceThresholds { Memory = 0.8 }, Named<ConcurrencyGovernorOptions>("a").Thresholds);
        Assert.Equal(new ResourceThresholds(), Named<ConcurrencyGovernorOptions>("b").Thresholds);
        Assert.Contains("open", Named<MonitorOptions>("b").OpenStatuses);
        Assert.Equal((0.5, 0.001), (Named<MonitorOptions>("b").WalkShare, Named<MonitorOptions>("a").WalkShare));
        Assert.Equal([.. AlertRule.Defaults, new AlertRule { Metric = "queue.total", Threshold = 900, When = AlertWhen.Below, Message = "Tasks: {0:0}" }], Named<MonitorOptions>("b").Rules);
        Assert.Equal((TimeSpan.FromDays(7), null), (Named<UpkeepOptions>("b").LogsOlderThan, Named<UpkeepOptions>("a").LogsOlderThan));

        TOptions Named<TOptions>(string name) => host.Services.GetRequiredService<IOptionsMonitor<TOptions>>().Get(name);
    }

    [Theory]
    [InlineData("Governor:Minimum", "0", "Minimum")]
    [InlineData("Governor:Thresholds:Disk", "1.5", "Disk")]
    [InlineData("Governor:ProbeInterval", "00:00:00", "ProbeInterval (00:00:00) must be from 00:00:01 to 1.00:00:00.")]
    [InlineData("Monitor:SnapshotsKept", "0", "SnapshotsKept")]
    [InlineData("Monitor:WalkShare", "NaN", "WalkShare")]
    [InlineData("Monitor:Rules:0:Metric", "queue.total", "Rule for queue.total: it has no message.")]
    [InlineData("Monitor:WorkerSilence", "-00:00:01", "WorkerSilence (-00:00:01) must be at least 00:00:00.")]
    [InlineData("Upkeep:Every", "8.00:00:00", "Every (8.00:00:00) must be from 00:01:00 to 7.00:00:00.")]
    [InlineData("Upkeep:HistoryOlderThan", "-1.00:00:00", "HistoryOlderThan (-1.00:00:00) must be at least 00:00:00.")]
    public async Task Value_OutOfItsRange_InTheConfiguration_StopsTheHostAtItsStart_AndIsNamed(string member, string value, string told)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection([new(member, value)]);
        builder.Services.AddCommitRelay(options => options.Home = Home("a", "task-1")).AddGovernor().AddMonitor().AddUpkeep();
        builder.Services.Configure<ConcurrencyGovernorOptions>(builder.Configuration.GetSection("Governor"));
        builder.Services.Configure<MonitorOptions>(builder.Configuration.GetSection("Monitor"));
        builder.Services.Configure<UpkeepOptions>(builder.Configuration.GetSection("Upkeep"));
        using var host = builder.Build();
        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Contains(told, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Option_OutOfItsRange_StopsTheHostAtItsStart_AndNamesTheOption()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddCommitRelay(options => options.Home = Home("a", "task-1"))
            .AddEvents(options => options.BufferBytes = 7)
            .AddTaskQueue(RelayJson.Task, options => options.MaxAttempts = 0)
            .AddGovernor(options => options.Minimum = 0);
        using var host = builder.Build();
        var e = await Assert.ThrowsAsync<AggregateException>(() => host.StartAsync());
        Assert.All(e.InnerExceptions, fault => Assert.IsType<OptionsValidationException>(fault));
        Assert.Equal(["BufferBytes", "MaxAttempts", "Minimum"], e.InnerExceptions.SelectMany(fault => new[] { "BufferBytes", "MaxAttempts", "Minimum" }.Where(fault.Message.Contains)).Order());
    }

    private string Home(string name, params string[] ids)
    {
        var tasks = string.Join(",", ids.Select(id => $$"""{"id":"{{id}}","status":"queued"}"""));
        _folder.Write(Path.Combine(name, "coordination", "task-queue.json"), $$"""{"tasks":[{{tasks}}]}""");
        return _folder[name];
    }
}
