using CommitRelay.Performance.Events;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.RateLimits;
using CommitRelay.Performance.Relay;
using CommitRelay.Performance.Workers;
using Microsoft.Extensions.Logging;

namespace CommitRelay.Performance.Child;

/// <summary>A whole worker, as the sample is one, for the soak.</summary>
internal static class WorkerVerbs
{
    /// <summary>
    /// <c>loop HOME API</c>: works on the home's queue until a line comes on standard input; for each task posts to <c>API/ID/FENCE/PID</c>.
    /// Prints the live heap in bytes once a second.
    /// </summary>
    public static async Task<int> LoopAsync(string[] args)
    {
        var home = new RelayHome(args[0]);
        using var client = new HttpClient(new RateLimitHandler(new RateLimitStrategyOptions { TotalBudget = TimeSpan.FromSeconds(5) }) { InnerHandler = new SocketsHttpHandler() })
        {
            BaseAddress = new Uri(args[1]),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        await using var events = new EventWriter(home.Events);
        await using var queue = new QueueClaims<RelayTask>(home.TaskQueue, RelayJson.Task, new QueueClaimsOptions
        {
            OpenStatuses = ["queued"],
            Lease = TimeSpan.FromSeconds(6),
            MaxAttempts = int.MaxValue,
            MirrorInterval = TimeSpan.FromMilliseconds(200),
            PollInterval = TimeSpan.FromMilliseconds(200),
            Queue = new QueueReaderOptions { OnMalformed = fault => Console.Error.WriteLine(fault.Message) },
        });
        using var stop = new CancellationTokenSource();
        var told = Task.Run(() => StopWhenTold(stop));
        var heap = TellHeapAsync(stop.Token);
        var result = await WorkerLoop.RunAsync(queue, async (claim, token) =>
        {
            using var response = await client.PostAsync(new Uri($"{claim.Id}/{claim.Fence}/{Environment.ProcessId}", UriKind.Relative), content: null, token);
            response.EnsureSuccessStatusCode();
        }, new WorkerLoopOptions { Logger = new Complaints(), Events = events, RenewEvery = TimeSpan.FromSeconds(1), Source = $"{Environment.ProcessId}" }, stop.Token);
        await Task.WhenAll(told, heap);
        Console.Error.WriteLine(result);
        return 0;
    }

    private static void StopWhenTold(CancellationTokenSource stop)
    {
        Console.In.ReadLine();
        stop.Cancel();
    }

    private static async Task TellHeapAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Console.WriteLine(GC.GetTotalMemory(forceFullCollection: true));
        }
    }

    /// <summary>Warnings and errors, on standard error.</summary>
    private sealed class Complaints : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                Console.Error.WriteLine($"{formatter(state, exception)} {exception?.Message}");
        }
    }
}
