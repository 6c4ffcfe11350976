using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;
using CommitRelay.Performance.Benchmarks.Peers;
using CommitRelay.Performance.Queues;

namespace CommitRelay.Performance.Benchmarks.Scenarios;

/// <summary>
/// <c>claim-figures [--folder DIR] [--claims 400] [--idle 60]</c>: what waiting costs, and how soon a waiting claim sees a task that a shell brings in;
/// durable claims a second by 1 and 8 callers on files of 100, 10,000 and 100,000 tasks, against a durable rewrite for each claim on 10,000;
/// and by how much a claim takes longer in a longer file.
/// </summary>
internal static class ClaimFigures
{
    private static readonly int[] Sizes = [100, 10_000, 100_000];

    public static async Task<int> RunAsync(string[] args)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Options.Of(args, "--folder") ?? Path.GetTempPath(), $"commitrelay-claims-{Environment.ProcessId}")).FullName;
        var claims = int.Parse(Options.Of(args, "--claims") ?? "400", CultureInfo.InvariantCulture);
        try
        {
            // First, while nothing else of this process still runs or is compiled in the background.
            await WakeAsync(folder, TimeSpan.FromSeconds(int.Parse(Options.Of(args, "--idle") ?? "60", CultureInfo.InvariantCulture)));
            var path = Path.Combine(folder, "task-queue.json");
            Write(path, 10_000);
            var rewrite = Time(10, () => RewritePeer.Claim(path));
            var copy = Time(10, () => RewritePeer.Copy(path, durable: true));
            Console.WriteLine($"durable rewrite a claim, 10,000 tasks: {rewrite:F2} ms (parse, change, write); {copy:F2} ms (copy only)");
            foreach (var tasks in Sizes)
            {
                foreach (var callers in new[] { 1, 8 })
                {
                    var perClaim = await ClaimAsync(folder, tasks, callers, Math.Min(claims * (callers == 1 ? 1 : 4), tasks));
                    Console.WriteLine($"{tasks,7} tasks, {callers} callers: {1000 / perClaim,8:F0} claims/s, {perClaim:F3} ms a claim, {rewrite / perClaim:F0} x a rewrite, {copy / perClaim:F0} x a copy");
                }
            }

            foreach (var callers in new[] { 1, 8 })
                await FlatAsync(folder, callers);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<double> ClaimAsync(string folder, int tasks, int callers, int claims)
    {
        var path = Path.Combine(folder, $"queue-{tasks}-{callers}.json");
        Write(path, tasks);
        await using var queue = new QueueClaims<FigureTask>(path, FigureJson.Default.FigureTask);
        await queue.CountAsync();
        var left = claims;
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                if ((await queue.ClaimAsync(1, TimeSpan.Zero)).Count != 1)
                    throw new InvalidOperationException("A claim came back empty.");
            }
        }));
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / claims;
    }

    /// <summary>Claims in turn from three files, so that all meet the same disk; the ratios are medians of the rounds. Nothing is mirrored meanwhile: that is other work.</summary>
    private static async Task FlatAsync(string folder, int callers)
    {
        const int rounds = 11;
        var queues = Sizes.Select(tasks =>
        {
            var path = Path.Combine(folder, $"flat-{tasks}-{callers}.json");
            Write(path, tasks);
            return new QueueClaims<FigureTask>(path, FigureJson.Default.FigureTask, new QueueClaimsOptions { MirrorInterval = TimeSpan.FromHours(1) });
        }).ToArray();
        var times = Sizes.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < queues.Length; i++)
            {
                var queue = queues[(i + round) % queues.Length];
                var start = Stopwatch.GetTimestamp();
                await Task.WhenAll(Enumerable.Range(0, 8).Chunk(8 / callers).Select(async chunk =>
                {
                    foreach (var _ in chunk)
                        await queue.ClaimAsync(1, TimeSpan.Zero);
                }));
                if (round > 0)
                    times[(i + round) % queues.Length].Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds / 8);
            }
        }

        foreach (var queue in queues)
            await queue.DisposeAsync();
        var ratios = Sizes.Select((_, i) => Pairs.Median(times[i].Zip(times[0], (mine, first) => mine / first)));
        Console.WriteLine($"a claim, {callers} callers, of {string.Join(" / ", Sizes.Select(size => $"{size:N0}"))} tasks: {string.Join(" / ", times.Select(time => $"{Pairs.Median(time):F2}"))} ms; {string.Join(" : ", ratios.Select(ratio => $"{ratio:F2}"))}");
    }

    private static async Task WakeAsync(string folder, TimeSpan idleFor)
    {
        var path = Path.Combine(folder, "wake.json");
        File.WriteAllText(path, "{\"tasks\":[]}");
        await using var queue = new QueueClaims<FigureTask>(path, FigureJson.Default.FigureTask);
        var idle = Task.Run(() => queue.ClaimAsync(1, TimeSpan.FromMinutes(10)).AsTask());

        // Past the first look at the files, which is compiled when it comes.
        await Task.Delay(TimeSpan.FromSeconds(35), TimeProvider.System);
        var before = Environment.CpuUsage.TotalTime;
        await Task.Delay(idleFor, TimeProvider.System);
        Console.WriteLine($"idle worker, {idleFor.TotalSeconds:F0} s: {(Environment.CpuUsage.TotalTime - before) / idleFor:P3} of a core");
        var waits = new List<double>();
        for (var i = 0; i < 20; i++)
        {
            File.WriteAllText(path + ".new", $"{{\"tasks\":[{{\"id\":\"w{i}\",\"status\":\"queued\"}}]}}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", $"date +%s%N; mv '{path}.new' '{path}'"]) { RedirectStandardOutput = true })!;
            await idle;
            var claimed = TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch;
            waits.Add(claimed.TotalMilliseconds - (long.Parse(await shell.StandardOutput.ReadToEndAsync(), CultureInfo.InvariantCulture) / 1e6));
            await shell.WaitForExitAsync();
            idle = Task.Run(() => queue.ClaimAsync(1, TimeSpan.FromMinutes(10)).AsTask());
        }

        Console.WriteLine($"from before a shell's mv to the claim: median {Pairs.Median(waits):F1} ms, longest of 20: {waits.Max():F1} ms");
    }

    private static void Write(string path, int tasks)
    {
        using var file = File.Create(path);
        using var json = new System.Text.Json.Utf8JsonWriter(file, new System.Text.Json.JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteStartArray("tasks");
        for (var i = 0; i < tasks; i++)
        {
            json.WriteStartObject();
            json.WriteString("id", $"task-{i:D6}");
            json.WriteString("status", "queued");
            json.WriteString("priority", "medium");
            json.WriteString("created_at", "2025-11-16T11:26:10-0600");
            json.WriteString("description", new string('x', 900));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static double Time(int times, Action work)
    {
        work();
        return Pairs.Median(Enumerable.Range(0, times).Select(_ =>
        {
            var start = Stopwatch.GetTimestamp();
            work();
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }));
    }
}

internal sealed record FigureTask(string Id);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(FigureTask))]
internal sealed partial class FigureJson : JsonSerializerContext;
