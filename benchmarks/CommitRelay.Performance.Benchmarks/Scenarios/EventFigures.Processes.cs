using System.Diagnostics;
using System.Text.Json;
using CommitRelay.Performance.Benchmarks.Events;
using CommitRelay.Performance.Events;

namespace CommitRelay.Performance.Benchmarks.Scenarios;

internal static partial class EventFigures
{
    private const int Processes = 4;

    /// <summary>Four processes on one file: what arrives, and how fast. Ours with rolling on; the peers as their users set them.</summary>
    private static async Task<int> ProcessesAsync(string[] args)
    {
        var count = Argument(args, 0, 200_000);
        foreach (var kind in new[] { "ours-rolling", "serilog-shared", "serilog-async", "nlog", "append-all-text", "stream-writer" })
        {
            var each = kind == "append-all-text" ? count / 20 : kind == "serilog-shared" ? count / 4 : count;
            var folder = Path.Combine(Folder, kind);
            Directory.CreateDirectory(folder);
            var path = Path.Combine(folder, "events.jsonl");
            var children = Enumerable.Range(0, Processes).Select(_ => Start("one-process", path, kind, $"{each}")).ToList();
            foreach (var child in children)
                await child.WaitForExitAsync();
            var seconds = Directory.GetFiles(folder, "*.time").Select(static file => double.Parse(File.ReadAllText(file), System.Globalization.CultureInfo.InvariantCulture)).Max();
            var (whole, torn) = CountWhole(folder);
            var sent = (long)each * Processes;
            Console.WriteLine($"{kind,-16} {sent / seconds / 1000,7:F0} k/s  {100.0 * (sent - whole) / sent,5:F1} % lost  {torn} torn lines of {sent} events");
        }

        return 0;
    }

    /// <summary>A child's part: it tells how long its events took, without its own start.</summary>
    private static async Task<int> OneProcessAsync(string path, string kind, int count)
    {
        var events = Enumerable.Range(0, count).Select(BenchmarkEvent.Create).ToArray();
        var started = Stopwatch.GetTimestamp();
        try
        {
            var appender = kind switch
            {
                "ours-rolling" => EventAppenders.OpenWriter(path, new EventWriterOptions { Roll = new() { AtBytes = 16 * 1024 * 1024 } }),
                "serilog-shared" => EventAppenders.OpenSerilogShared(path),
                "serilog-async" => EventAppenders.All["Serilog async"](path),
                "nlog" => EventAppenders.All["NLog async"](path),
                "append-all-text" => new EventAppender(e => AppendHoweverLong(path, EventAppenders.Text(e) + "\n"), static () => Task.CompletedTask),
                _ => EventAppenders.All["StreamWriter and a lock"](path),
            };
            await ProduceAsync(appender, events, 4);
            await appender.CloseAsync();
        }
        catch (IOException)
        {
            // Another process has the file; this one's events are lost, as they are for a user.
        }

        await File.WriteAllTextAsync($"{path}.{Environment.ProcessId}.time", Stopwatch.GetElapsedTime(started).TotalSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return 0;
    }

    private static void AppendHoweverLong(string path, string text)
    {
        while (true)
        {
            try
            {
                File.AppendAllText(path, text);
                return;
            }
            catch (IOException)
            {
                Thread.Yield();
            }
        }
    }

    private static (long Whole, long Torn) CountWhole(string folder)
    {
        var (whole, torn) = (0L, 0L);
        foreach (var line in Directory.GetFiles(folder, "*.jsonl").SelectMany(File.ReadLines))
        {
            try
            {
                JsonSerializer.Deserialize(line, BenchmarkEventContext.Default.BenchmarkEvent);
                whole++;
            }
            catch (JsonException)
            {
                torn++;
            }
        }

        return (whole, torn);
    }
}
