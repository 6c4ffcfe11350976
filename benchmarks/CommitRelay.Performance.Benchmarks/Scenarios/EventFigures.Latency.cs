using System.Diagnostics;
using CommitRelay.Performance.Benchmarks.Events;
using CommitRelay.Performance.Events;

namespace CommitRelay.Performance.Benchmarks.Scenarios;

internal static partial class EventFigures
{
    /// <summary>Time in Write, while another process writes and fsyncs on the same disk. Producers pause between events, so that the disk and not the processor decides.</summary>
    private static async Task<int> LatencyAsync(string[] args)
    {
        var seconds = Argument(args, 0, 60);
        using var noise = Start("fsync-noise", Path.Combine(Folder, "noise"));
        try
        {
            foreach (var producers in new[] { 1, 4, 16 })
                Print($"{producers} producer(s)", await MeasureLatencyAsync(producers, seconds / 3.0));
        }
        finally
        {
            noise.Kill();
        }

        return 0;
    }

    private static async Task<List<long>> MeasureLatencyAsync(int producers, double seconds)
    {
        await using var writer = new EventWriter(Path.Combine(Folder, $"latency-{producers}.jsonl"));
        var all = new List<long>();
        await Task.WhenAll(Enumerable.Range(0, producers).Select(_ => Task.Factory.StartNew(
            () =>
            {
                var ticks = new List<long>(1 << 20);
                var e = BenchmarkEvent.Create(1);
                for (var n = 0; n < 20_000; n++)
                    writer.Write(e, BenchmarkEventContext.Default.BenchmarkEvent);
                for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started).TotalSeconds < seconds; Thread.Sleep(1))
                {
                    for (var n = 0; n < 100; n++)
                    {
                        var before = Stopwatch.GetTimestamp();
                        writer.Write(e, BenchmarkEventContext.Default.BenchmarkEvent);
                        ticks.Add(Stopwatch.GetTimestamp() - before);
                    }
                }

                lock (all)
                    all.AddRange(ticks);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        return all;
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
