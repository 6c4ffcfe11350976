using System.Globalization;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.Workers;

namespace CommitRelay.Performance.Benchmarks.Scenarios;

/// <summary>
/// <c>monitor-figures [--only monitor,loop,upkeep,governor] [--folder /dev/shm] [--specs 10000] [--seconds 60] [--tasks 200000] [--files 100000] [--pairs 10]</c>:
/// what a monitor costs at one sample a second, a worker loop beyond claim and completion, upkeep against <c>find -delete</c>,
/// and how a governor keeps within the memory of a control group (see <see cref="GovernorFigures"/>).
/// </summary>
internal static partial class MonitorFigures
{
    public static async Task<int> RunAsync(string[] args)
    {
        var only = Options.Of(args, "--only")?.Split(',') ?? ["monitor", "loop", "upkeep", "governor"];
        Pairs.Count = Number("--pairs", 10);
        var folder = Directory.CreateDirectory(Path.Combine(Options.Of(args, "--folder") ?? "/dev/shm", $"commitrelay-monitor-{Environment.ProcessId}")).FullName;
        try
        {
            if (only.Contains("monitor"))
                await MonitorAsync(folder, Number("--specs", 10_000), Number("--seconds", 60));
            if (only.Contains("loop"))
                Loop(Number("--tasks", 200_000));
            if (only.Contains("upkeep"))
                Upkeep(folder, Number("--files", 100_000));
            return only.Contains("governor") ? await GovernorFigures.RunAsync(args) : 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        int Number(string name, int otherwise) => int.Parse(Options.Of(args, name) ?? otherwise.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    /// <summary>The loop on a queue in memory with work that does nothing, against a bare loop of claim and completion on the same queue.</summary>
    private static void Loop(int tasks)
    {
        var work = new string[tasks];
        for (var i = 0; i < tasks; i++)
            work[i] = i.ToString(CultureInfo.InvariantCulture);
        var (ours, peer) = (0L, 0L);
        var result = Pairs.Measure(() => ours = Allocated(() => LoopAsync(work)), () => peer = Allocated(() => BareAsync(work)));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"worker loop, {tasks} tasks: {1000 * (result.OursMilliseconds - result.PeerMilliseconds) / tasks:F2} us and {(double)(ours - peer) / tasks:F0} bytes a task beyond a loop of claim and completion ({1000 * result.PeerMilliseconds / tasks:F2} us, {(double)peer / tasks:F0} bytes)"));
    }

    private static async Task LoopAsync(string[] work)
    {
        await using var queue = await FilledAsync(work);
        await WorkerLoop.RunAsync(queue, static (_, _) => ValueTask.CompletedTask, new WorkerLoopOptions { UntilEmpty = true });
    }

    private static async Task BareAsync(string[] work)
    {
        await using var queue = await FilledAsync(work);
        while (await queue.ClaimAsync(64, TimeSpan.Zero) is { Count: > 0 } claims)
        {
            foreach (var claim in claims)
                await queue.CompleteAsync([claim]);
        }
    }

    private static async Task<InMemoryTaskQueue<string>> FilledAsync(string[] work)
    {
        var queue = new InMemoryTaskQueue<string>(static id => id);
        await queue.AddAsync(work);
        return queue;
    }

    private static long Allocated(Func<Task> run)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        run().GetAwaiter().GetResult();
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }
}
