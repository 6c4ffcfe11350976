using System.Diagnostics;
using CommitRelay.Performance.Benchmarks.Events;
using CommitRelay.Performance.Events;

namespace CommitRelay.Performance.Benchmarks.Scenarios;

internal static partial class EventFigures
{
    /// <summary>
    /// Time in Write, while another process writes and fsyncs on the same disk. Producers pause between events, so that the disk and not the processor
    /// decides. Between every hundred events are a hundred that are only serialised, and a hundred calls that do nothing, on the same thread and
    /// timed in the same way: what they take too is the scheduler's, and no writer can be below it.
    /// </summary>
    private static async Task<int> LatencyAsync(string[] args)
    {
        var seconds = Argument(args, 0, 60);
        using var noise = Start("fsync-noise", Path.Combine(Folder, "noise"));
        try
        {
            foreach (var producers in new[] { 1, 4, 16 })
            {
                Console.WriteLine($"{producers} producer(s)");
                foreach (var (name, ticks) in await MeasureLatencyAsync(producers, seconds / 3.0))
                    Print($"  {name}", ticks);
            }
        }
        finally
        {
            noise.Kill();
        }

        return 0;
    }

    private static async Task<(string Name, List<long> Ticks)[]> MeasureLatencyAsync(int producers, double seconds)
    {
        await using var writer = new EventWriter(Path.Combine(Folder, $"latency-{producers}.jsonl"));
        (string Name, Action<BenchmarkEvent> Call)[] calls =
        [
            ("Write", e => writer.Write(e, BenchmarkEventContext.Default.BenchmarkEvent)),
            ("serialise only", EventAppenders.SerializeOnly),
            ("nothing", static _ => { }),
        ];
        var all = calls.Select(static call => (call.Name, Ticks: new List<long>())).ToArray();
        await Task.WhenAll(Enumerable.Range(0, producers).Select(_ => Task.Factory.StartNew(
            () =>
            {
                var ticks = calls.Select(static _ => new List<long>(1 << 20)).ToArray();
                var e = BenchmarkEvent.Create(1);
                foreach (var (_, call) in calls)
                {
                    for (var n = 0; n < 20_000; n++)
                        call(e);
                }

                // Each is the first after the pause as often as the others: that one finds the caches cold.
                var first = 0;
                for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started).TotalSeconds < seconds; Thread.Sleep(1))
                {
                    first++;
                    for (var n = 0; n < calls.Length; n++)
                    {
                        var way = (first + n) % calls.Length;
                        Time(calls[way].Call, e, ticks[way]);
                    }
                }

                lock (all)
                {
                    for (var way = 0; way < calls.Length; way++)
                        all[way].Ticks.AddRange(ticks[way]);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        return all;
    }

    private static void Time(Action<BenchmarkEvent> call, BenchmarkEvent e, List<long> ticks)
    {
        for (var n = 0; n < 100; n++)
        {
            var before = Stopwatch.GetTimestamp();
            call(e);
            ticks.Add(Stopwatch.GetTimestamp() - before);
        }
    }

    private static void Print(string name, List<long> ticks)
    {
        ticks.Sort();
        Console.WriteLine($"{name,-16} {ticks.Count,9} events  p50 {At(0.5):F2}  p99 {At(0.99):F2}  p99.9 {At(0.999):F2}  max {At(1):F0} µs");

        double At(double share) => ticks[(int)Math.Min(ticks.Count - 1, ticks.Count * share)] * 1e6 / Stopwatch.Frequency;
    }

    private static int FsyncNoise(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        var block = new byte[64 * 1024];
        for (long offset = 0; ; offset = (offset + block.Length) % (64 * 1024 * 1024))
        {
            RandomAccess.Write(file, block, offset);
            RandomAccess.FlushToDisk(file);
        }
    }

    private static Process Start(params string[] arguments)
        => Process.Start(Environment.ProcessPath!, Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(EventFigures).Assembly.Location, "event-figures", .. arguments] : ["event-figures", .. arguments]);
}
