using System.Diagnostics;
using System.Text.Json;
using CommitRelay.Performance.Benchmarks.Events;
using CommitRelay.Performance.Events;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Benchmarks.Scenarios;

internal static partial class EventFigures
{
    /// <summary>Reading a file of one event a line, from the page cache.</summary>
    private static async Task<int> ReadAsync(string[] args)
    {
        var megabytes = Argument(args, 0, 200);
        var path = Path.Combine(Folder, "read.jsonl");
        var count = await FillAsync(path, megabytes * 1_000_000L);
        var reader = new EventReader(path);
        var filter = JsonFilter.EqualTo("type", "task_failed");
        var ways = new (string Name, Func<Task<long>> Run)[]
        {
            ("Utf8JsonReader line by line, count by type", () => Task.FromResult(CountByReader(path))),
            ("CountAsync with a filter", async () => await reader.CountAsync(filter)),
            ("CountByAsync", async () => (await reader.CountByAsync(["type"]))["task_failed"]),
            ("File.ReadLines and JsonSerializer, as T", () => Task.FromResult(CountByTextLines(path))),
            ("JsonSerializer on lines of bytes, as T", () => Task.FromResult(CountByLines(path))),
            ("ReadAsync as T", async () => await CountAsTypeAsync(reader)),
            ("LastAsync(1000)", async () => (await reader.LastAsync(1000, BenchmarkEventContext.Default.BenchmarkEvent)).Count),
        };
        // Rounds are interleaved, so that a noisy moment of the machine meets all ways.
        var seconds = ways.ToDictionary(static way => way.Name, static _ => new List<double>());
        var answers = new Dictionary<string, long>();
        for (var round = 0; round < 6; round++)
        {
            foreach (var (name, run) in ways)
            {
                var started = Stopwatch.GetTimestamp();
                answers[name] = await run();
                if (round > 0)
                    seconds[name].Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
            }
        }

        var medians = seconds.ToDictionary(static way => way.Key, static way => Median(way.Value));
        foreach (var (name, median) in medians)
            Console.WriteLine($"{name,-44} {median * 1000,9:F2} ms  {megabytes / median,7:F0} MB/s  {count / median / 1e6,6:F2} M events/s  answer {answers[name]}");
        Console.WriteLine($"count with a filter / Utf8JsonReader line by line: {medians[ways[0].Name] / medians["CountAsync with a filter"]:F2} x");
        Console.WriteLine($"as T / File.ReadLines and JsonSerializer: {medians[ways[3].Name] / medians["ReadAsync as T"]:F2} x; / JsonSerializer on lines of bytes: {medians[ways[4].Name] / medians["ReadAsync as T"]:F2} x");
        Console.WriteLine($"last 1,000 / all as T: 1/{medians["ReadAsync as T"] / medians["LastAsync(1000)"]:F0}; / all counted: 1/{medians["CountAsync with a filter"] / medians["LastAsync(1000)"]:F0}");
        return 0;
    }

    private static async Task<long> FillAsync(string path, long bytes)
    {
        await using var writer = new EventWriter(path);
        for (var n = 0; ; n++)
        {
            var e = BenchmarkEvent.Create(n);
            writer.Write(n % 10 == 0 ? e with { Type = "task_failed" } : e, BenchmarkEventContext.Default.BenchmarkEvent);
            if (n % 1000 == 0 && writer.Statistics is var now && now.WrittenBytes + now.WaitingBytes >= bytes)
                return n + 1;
        }
    }

    private static long CountByReader(string path)
    {
        long count = 0;
        foreach (var line in Lines(path))
        {
            var json = new Utf8JsonReader(line.Span);
            while (json.Read())
            {
                if (json.TokenType != JsonTokenType.PropertyName || json.CurrentDepth != 1)
                    continue;
                var isType = json.ValueTextEquals("type"u8);
                json.Read();
                if (isType && json.TokenType == JsonTokenType.String && json.ValueTextEquals("task_failed"u8))
                    count++;
                json.TrySkip();
            }
        }

        return count;
    }

    private static long CountByLines(string path)
    {
        long count = 0;
        foreach (var line in Lines(path))
            count += JsonSerializer.Deserialize(line.Span, BenchmarkEventContext.Default.BenchmarkEvent)!.Type == "task_failed" ? 1 : 0;
        return count;
    }

    private static long CountByTextLines(string path)
    {
        long count = 0;
        foreach (var line in File.ReadLines(path))
            count += JsonSerializer.Deserialize(line, BenchmarkEventContext.Default.BenchmarkEvent)!.Type == "task_failed" ? 1 : 0;
        return count;
    }

    private static async Task<long> CountAsTypeAsync(EventReader reader)
    {
        long count = 0;
        await foreach (var e in reader.ReadAsync(BenchmarkEventContext.Default.BenchmarkEvent))
            count += e!.Type == "task_failed" ? 1 : 0;
        return count;
    }

    /// <summary>Lines as bytes, the fastest plain way to get them.</summary>
    private static IEnumerable<ReadOnlyMemory<byte>> Lines(string path)
    {
        using var file = File.OpenHandle(path);
        var buffer = new byte[256 * 1024];
        var (length, offset) = (0, 0L);
        for (int read; (read = RandomAccess.Read(file, buffer.AsSpan(length), offset)) > 0;)
        {
            offset += read;
            length += read;
            var start = 0;
            for (int feed; (feed = buffer.AsSpan(start, length - start).IndexOf((byte)'\n')) >= 0; start += feed + 1)
                yield return buffer.AsMemory(start, feed);
            buffer.AsSpan(start, length - start).CopyTo(buffer);
            length -= start;
        }
    }
}
