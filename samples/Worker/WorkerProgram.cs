using CommitRelay.Performance.Events;
using CommitRelay.Performance.Probes;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.RateLimits;
using CommitRelay.Performance.Relay;

namespace CommitRelay.Samples.Worker;

/// <summary>One run: the API, the host with everything wired, the summary.</summary>
internal static class WorkerProgram
{
    public const string ApiClient = "demo-api";

    public static async Task<int> RunAsync(WorkerSettings settings)
    {
        using var scratch = settings.Home is null ? ScratchHome.Create() : null;
        var home = new RelayHome(settings.Home ?? scratch!.Path);
        var time = TimeProvider.System;
        var started = time.GetTimestamp();
        var report = new WorkerReport();
        await using var api = await DemoApi.StartAsync(settings.RequestsPerSecond, WorkerSettings.Burst, time, CancellationToken.None);
        report.Api = api;
        Summary summary;
        using (var host = BuildHost(settings, home, api, report, time))
        {
            Console.Error.WriteLine($"Working on {(scratch is null ? home.Root : $"a scratch copy of the sample home ({home.Root})")}; the API grants {settings.RequestsPerSecond:0.#} requests/s. Ctrl+C stops.");
            await new Survey(home, settings, report).RunAsync();
            if (report.Failure is null || report.OpenAtStart > 0)
            {
                await host.StartAsync();
                await host.WaitForShutdownAsync();
            }

            summary = await Summary.CollectAsync(host.Services, home, settings, report, time.GetElapsedTime(started));
            await ((IAsyncDisposable)host).DisposeAsync();
        }

        summary.Print(settings.Json);
        return summary.ExitCode;
    }

    private static IHost BuildHost(WorkerSettings settings, RelayHome home, DemoApi api, WorkerReport report, TimeProvider time)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddSingleton(settings).AddSingleton(report).AddSingleton(time).AddSingleton(new RateLimitStatistics());

        builder.Services.AddCommitRelay(options => options.Home = home.Root)
            .AddTaskQueue(RelayJson.Task, options =>
            {
                options.OpenStatuses = settings.Statuses;
                options.Queue = options.Queue with { OnMalformed = fault => report.Malformed(fault.Message) };
            })
            .AddEvents()
            .AddProbes()
            .AddGovernor(options => options.Ceiling = settings.Concurrency)
            .AddMonitor(options => options.OpenStatuses = settings.Statuses);

        builder.Services.AddHttpClient(ApiClient, client =>
            {
                client.BaseAddress = api.Address;
                client.DefaultRequestHeaders.Add("x-api-key", "demo");
            })
            .AddRateLimitHandler();
        builder.Services.AddOptions<RateLimitStrategyOptions>(ApiClient)
            .Configure<RateLimitStatistics>((options, statistics) => options.Statistics = statistics);

        builder.Services.AddHostedService<ResourceWatch>();
        builder.Services.AddHostedService<Progress>();
        builder.Services.AddHostedService<TaskWorker>();
        return builder.Build();
    }
}
