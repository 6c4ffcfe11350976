using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using CommitRelay.Performance.Benchmarks.Queues;
using CommitRelay.Performance.Monitoring;
using CommitRelay.Performance.Relay;

namespace CommitRelay.Performance.Benchmarks.Scenarios;

/// <content>The monitor at one sample a second.</content>
internal static partial class MonitorFigures
{
    private const int WarmUp = 60;

    /// <summary>A home that lives: every second its queue is replaced and its log and events grow, by a shell, whose time is not counted.</summary>
    private static async Task MonitorAsync(string folder, int specs, int seconds)
    {
        var home = new RelayHome(Path.Combine(folder, "home"));
        WriteHome(home, specs);
        await WarmAsync(home);
        await using var monitor = new PerformanceMonitor(home, new MonitorOptions { Period = TimeSpan.FromSeconds(1) });
        using var shell = Process.Start("sh", ["-c", """cd "$0"; while sleep 1; do cp task-queue.json q.tmp; mv q.tmp task-queue.json; echo '{"timestamp":"2026-01-05T08:00:00Z","type":"task_started"}' >> dashboard-events.jsonl; echo 'INFO worker-1 goes on' >> ../agents/logs/worker.log; done""", home.Coordination]);
        try
        {
            using var stop = new CancellationTokenSource();
            var run = monitor.RunAsync(stop.Token);
            await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System, CancellationToken.None);
            var (heap, workingSet, cpu, compiler, clock) = (GC.GetTotalMemory(forceFullCollection: true), Environment.WorkingSet, Environment.CpuUsage.TotalTime, JitInfo.GetCompilationTime(), Stopwatch.GetTimestamp());
            await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System, CancellationToken.None);
            var elapsed = Stopwatch.GetElapsedTime(clock);
            var (share, compiling) = ((Environment.CpuUsage.TotalTime - cpu) / elapsed, (JitInfo.GetCompilationTime() - compiler) / elapsed);
            await stop.CancelAsync();
            await run;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"monitor of a home of {specs} specs, one sample a second, from second {seconds} to {2 * seconds}: {100 * share:F2} % of one core, of it {100 * compiling:F2} % the compiler's; live heap {(GC.GetTotalMemory(forceFullCollection: true) - heap) / 1000.0:+0.0;-0.0} kB, working set {workingSet / 1e6:F1} MB at the start, {Environment.WorkingSet / 1e6:F1} MB at the end"));
        }
        finally
        {
            shell.Kill();
        }
    }

    /// <summary>
    /// Until all is compiled as it will be: the compiler takes up in a pause what was called often before, three times over. The walk too, for which
    /// a monitor with default settings needs minutes.
    /// </summary>
    private static async Task WarmAsync(RelayHome home)
    {
        await using var monitor = new PerformanceMonitor(home, new MonitorOptions { WalkShare = 1 });
        for (var round = 0; round < 8; round++)
        {
            for (var i = 0; i < WarmUp; i++)
            {
                File.SetLastWriteTimeUtc(home.TaskQueue, DateTime.UnixEpoch.AddDays(i));
                await File.AppendAllTextAsync(home.Events, """{"timestamp":"2026-01-05T08:00:00Z","type":"task_started"}""" + "\n");
                await File.AppendAllTextAsync(Path.Combine(home.Logs, "worker.log"), "INFO worker-1 goes on\n");
                await monitor.SampleAsync();
            }

            await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>One spec in a hundred is active, three in ten are completed, the others archived by day; a queue of some hundred tasks.</summary>
    private static void WriteHome(RelayHome home, int specs)
    {
        for (var i = 0; i < specs; i++)
        {
            var state = i % 100 == 0 ? "active" : i % 10 < 3 ? "completed" : $"archived/2025-11-{1 + (i % 28):00}";
            if (i < 2800)
                Directory.CreateDirectory(home.WorkerSpecFolder(state));
            File.WriteAllText(Path.Combine(home.WorkerSpecFolder(state), $"worker-implementation-{i}.json"), $$"""
                {
                  "worker_id": "worker-implementation-{{i}}",
                  "worker_type": "implementation-worker",
                  "task_id": "task-{{i}}",
                  "status": "running",
                  "created_at": "2026-01-05T08:00:00-0600",
                  "resources": { "token_budget": 10000, "timeout_minutes": 45 },
                  "execution": { "started_at": "2026-01-05T08:00:05-0600", "completed_at": null }
                }
                """);
        }

        using (var queue = File.Create(home.TaskQueue))
            QueueFile.Write(queue, 200_000, indented: true);
        File.WriteAllText(home.TokenBudget, """{"total_budget":500000,"in_use":120000,"available":380000}""");
        Directory.CreateDirectory(home.Logs);
    }
}
