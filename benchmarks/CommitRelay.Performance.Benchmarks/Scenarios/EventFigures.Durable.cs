using System.Diagnostics;
using System.Text.Json;
using CommitRelay.Performance.Benchmarks.Events;
using CommitRelay.Performance.Events;

namespace CommitRelay.Performance.Benchmarks.Scenarios;

internal static partial class EventFigures
{
    /// <summary>Acknowledged events a second at level Durable, by waiting callers, against one fsync for each event under a lock.</summary>
    private static async Task<int> DurableAsync(string[] args)
    {
        var seconds = Argument(args, 0, 3);
        foreach (var callers in new[] { 1, 16, 256 })
        {
            var single = new List<double>();
            var group = new List<double>();
            List<long> singleTicks = [], groupTicks = [];
            for (var round = 0; round < 4; round++)
            {
                var each = FsyncForEach(seconds / 2.0, singleTicks);
                var shared = await GroupAsync(callers, seconds, groupTicks);
                if (round == 0)
                    continue;
                single.Add(each);
                group.Add(shared);
            }

            Console.WriteLine($"{callers,4} callers: {Median(group) / 1000,8:F1} k/s; fsync for each event {Median(single) / 1000:F1} k/s; {Median(group) / Median(single):F2} x");
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
        var started = Stopwatch.GetTimestamp();
        for (; Stopwatch.GetElapsedTime(started).TotalSeconds < seconds; count++)
        {
            var before = Stopwatch.GetTimestamp();
            byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(e, BenchmarkEventContext.Default.BenchmarkEvent), (byte)'\n'];
            RandomAccess.Write(file, line, offset);
            RandomAccess.FlushToDisk(file);
            offset += line.Length;
            ticks.Add(Stopwatch.GetTimestamp() - before);
        }

        return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<double> GroupAsync(int callers, double seconds, List<long> ticks)
    {
        var path = Path.Combine(Folder, "group.jsonl");
        File.Delete(path);
        await using var writer = new EventWriter(path);
        var e = BenchmarkEvent.Create(1);
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
