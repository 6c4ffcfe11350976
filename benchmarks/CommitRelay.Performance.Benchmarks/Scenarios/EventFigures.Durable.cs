using System.Diagnostics;
using System.Text.Json;
using CommitRelay.Performance.Benchmarks.Events;
using CommitRelay.Performance.Events;

namespace CommitRelay.Performance.Benchmarks.Scenarios;

internal static partial class EventFigures
{
    private const double DurableTurnSeconds = 0.25;

    // Each turn begins a new file.
    private const int DurableWarmUp = 100;

    /// <summary>
    /// Acknowledged events a second at level Durable, by waiting callers, against one fsync for each event under a lock. In short turns, each after
    /// the other first, and the median of the turns' ratios counts: a disk is not as fast at one second as at the next.
    /// </summary>
    private static async Task<int> DurableAsync(string[] args)
    {
        var seconds = Argument(args, 0, 10);
        foreach (var callers in args.Length > 1 ? [Argument(args, 1, 1)] : new[] { 1, 16, 256 })
        {
            var turns = new List<(double Each, double Group)>();
            List<long> singleTicks = [], groupTicks = [];
            for (var turn = 0; turn <= seconds / DurableTurnSeconds; turn++)
            {
                var before = turn % 2 == 0 ? FsyncForEach(DurableTurnSeconds, singleTicks) : 0;
                var group = await GroupAsync(callers, DurableTurnSeconds, groupTicks);
                var each = turn % 2 == 0 ? before : FsyncForEach(DurableTurnSeconds, singleTicks);
                if (turn > 0)
                    turns.Add((each, group));
            }

            var ratios = turns.Select(static turn => turn.Group / turn.Each).Order().ToArray();
            Console.WriteLine($"{callers,4} callers: {Median(turns.Select(static turn => turn.Group)) / 1000,8:F1} k/s; fsync for each event {Median(turns.Select(static turn => turn.Each)) / 1000:F1} k/s; {Median(ratios):F2} x [{ratios[ratios.Length / 4]:F2}-{ratios[ratios.Length * 3 / 4]:F2}]");
            Print("  fsync for each", singleTicks);
            Print("  Durable", groupTicks);
        }

        return 0;
    }

    private static double FsyncForEach(double seconds, List<long> ticks)
    {
        using var file = File.OpenHandle(Path.Combine(Folder, "single.jsonl"), FileMode.Create, FileAccess.Write);
        long offset = 0;
        var count = 0;
        var e = BenchmarkEvent.Create(1);
        for (var n = 0; n < DurableWarmUp; n++)
            Append();
        var started = Stopwatch.GetTimestamp();
        for (; Stopwatch.GetElapsedTime(started).TotalSeconds < seconds; count++)
        {
            var before = Stopwatch.GetTimestamp();
            Append();
            ticks.Add(Stopwatch.GetTimestamp() - before);
        }

        return count / Stopwatch.GetElapsedTime(started).TotalSeconds;

        void Append()
        {
            byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(e, BenchmarkEventContext.Default.BenchmarkEvent), (byte)'\n'];
            RandomAccess.Write(file, line, offset);
            RandomAccess.FlushToDisk(file);
            offset += line.Length;
        }
    }

    private static async Task<double> GroupAsync(int callers, double seconds, List<long> ticks)
    {
        var path = Path.Combine(Folder, "group.jsonl");
        File.Delete(path);
        await using var writer = new EventWriter(path);
        var e = BenchmarkEvent.Create(1);
        for (var n = 0; n < DurableWarmUp; n++)
            await writer.WriteAsync(e, BenchmarkEventContext.Default.BenchmarkEvent, Durability.Durable);
        var started = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            var own = new List<long>();
            while (Stopwatch.GetElapsedTime(started).TotalSeconds < seconds)
            {
                var before = Stopwatch.GetTimestamp();
                await writer.WriteAsync(e, BenchmarkEventContext.Default.BenchmarkEvent, Durability.Durable);
                own.Add(Stopwatch.GetTimestamp() - before);
            }

            lock (ticks)
                ticks.AddRange(own);
            return own.Count;
        })));
        return counts.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
