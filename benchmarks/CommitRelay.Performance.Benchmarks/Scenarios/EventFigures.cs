using System.Diagnostics;
using System.Globalization;
using CommitRelay.Performance.Benchmarks.Events;

namespace CommitRelay.Performance.Benchmarks.Scenarios;

/// <summary>
/// Whole-process measurements of the event writer and reader against their peers: <c>event-figures throughput|latency|durable|processes|kills|read</c>.
/// Rounds are interleaved and the median counts; a first round warms up and is not shown. Read the ratios, not the figures.
/// </summary>
internal static partial class EventFigures
{
    private static readonly string Folder = Path.Combine(Environment.GetEnvironmentVariable("COMMITRELAY_BENCH_FOLDER") ?? Path.GetTempPath(), $"commitrelay-bench-{Environment.ProcessId}");

    public static async Task<int> RunAsync(string[] args)
    {
        Directory.CreateDirectory(Folder);
        try
        {
            switch (args)
            {
                case ["throughput", .. var rest]:
                    return await ThroughputAsync(rest);
                case ["latency", .. var rest]:
                    return await LatencyAsync(rest);
                case ["durable", .. var rest]:
                    return await DurableAsync(rest);
                case ["processes", .. var rest]:
                    return await ProcessesAsync(rest);
                case ["kills", .. var rest]:
                    return await KillsAsync(rest);
                case ["read", .. var rest]:
                    return await ReadAsync(rest);
                case ["one-process", var path, var kind, var count]:
                    return await OneProcessAsync(path, kind, int.Parse(count, CultureInfo.InvariantCulture));
                case ["one-killed", var path, var kind]:
                    return OneKilled(path, kind);
                case ["fsync-noise", var path]:
                    return FsyncNoise(path);
                default:
                    await Console.Error.WriteLineAsync("event-figures throughput [EVENTS [TURNS [NAME ...]]] | latency [SECONDS] | durable [SECONDS [CALLERS]] | processes [EVENTS] | kills [KILLS] | read [MEGABYTES]");
                    return 2;
            }
        }
        finally
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    /// <summary>
    /// Events a second and bytes allocated an event, by number of producers. Each two that are compared run in turns, and the median of the
    /// turns' ratios counts: a shared machine is fast at one moment and slow at the next.
    /// </summary>
    private static async Task<int> ThroughputAsync(string[] args)
    {
        var count = Argument(args, 0, 500_000);
        var rounds = Argument(args, 1, 7);
        var only = args.Length > 2 ? args[2..] : [""];
        var events = Enumerable.Range(0, count).Select(BenchmarkEvent.Create).ToArray();
        var comparisons = EventAppenders.All.Keys
            .Where(name => only.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase)))
            .Select(static name => name.StartsWith(EventAppenders.Ours, StringComparison.Ordinal) ? (Ours: name, Peer: EventAppenders.Floor) : (Ours: EventAppenders.Ours, Peer: name))
            .Distinct();
        foreach (var producers in new[] { 1, 4, 16 })
        {
            Console.WriteLine($"\n{producers} producer(s), {count} events of about 170 bytes, median of {rounds} turns [least-most]");
            foreach (var (ours, peer) in comparisons)
            {
                var turns = new List<(double Ours, double Peer, double Bytes)>();
                for (var round = 0; round <= rounds; round++)
                {
                    var before = round % 2 == 0 ? await MeasurePeerAsync(peer) : 0;
                    var (rate, bytes) = await MeasureAsync(ours, events, producers);
                    var after = round % 2 == 0 ? before : await MeasurePeerAsync(peer);
                    if (round > 0)
                        turns.Add((rate, after, bytes));
                }

                var ratios = turns.Select(static t => t.Ours / t.Peer).ToArray();
                Console.WriteLine($"{ours,-26} {Median(turns.Select(static t => t.Ours)) / 1000,6:F0} k/s  {Median(turns.Select(static t => t.Bytes)),5:F1} B/event  {Median(ratios),6:F2} x [{ratios.Min(),5:F2}-{ratios.Max(),6:F2}]  {peer} ({Median(turns.Select(static t => t.Peer)) / 1000:F0} k/s)");
            }

            async Task<double> MeasurePeerAsync(string name)
            {
                var some = name == "File.AppendAllText" ? events.AsMemory(0, Math.Max(1, count / 20)) : events;
                return (await MeasureAsync(name, some, name == EventAppenders.Floor ? 1 : producers)).Rate;
            }
        }

        return 0;
    }

    private static async Task<(double Rate, double Bytes)> MeasureAsync(string name, ReadOnlyMemory<BenchmarkEvent> events, int producers)
    {
        var path = Path.Combine(Folder, "events.jsonl");
        foreach (var old in Directory.EnumerateFiles(Folder, "events.jsonl*"))
            File.Delete(old);
        GC.Collect();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var started = Stopwatch.GetTimestamp();
        var appender = EventAppenders.All[name](path);
        await ProduceAsync(appender, events, producers);
        await appender.CloseAsync();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        var lines = File.ReadLines(path).LongCount();
        return lines == (name is EventAppenders.Ceiling or EventAppenders.Apart ? 0 : events.Length) ? (events.Length / seconds, (double)allocated / events.Length) : throw new InvalidOperationException($"{name}: {lines} of {events.Length} events are in the file.");
    }

    private static async Task ProduceAsync(EventAppender appender, ReadOnlyMemory<BenchmarkEvent> events, int producers)
    {
        var share = events.Length / producers;
        await Task.WhenAll(Enumerable.Range(0, producers).Select(producer => Task.Factory.StartNew(
            () =>
            {
                foreach (var e in events.Span.Slice(producer * share, producer == producers - 1 ? events.Length - (producer * share) : share))
                    appender.Write(e);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
    }

    private static int Argument(string[] args, int at, int otherwise) => args.Length > at ? int.Parse(args[at], CultureInfo.InvariantCulture) : otherwise;

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
