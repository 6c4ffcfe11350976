using System.Diagnostics;
using System.Text.Json;
using CommitRelay.Samples.FirstFix;

// Runs each job once to warm up and then five times, and keeps the best time. With two files: compares with the first.
const int Lines = 20_000;
const int Rounds = 5;
var folder = Directory.CreateTempSubdirectory("first-fix-").FullName;
try
{
    var tasks = Path.Combine(folder, "tasks.json");
    var events = Path.Combine(folder, "events.jsonl");
    var all = Enumerable.Range(0, Lines).Select(static i => new WorkTask($"task-{i}", i % 3 == 0 ? "pending" : "completed", new string('d', 200))).ToList();
    File.WriteAllText(tasks, JsonSerializer.Serialize(all));
    File.WriteAllLines(events, all.Select(static t => JsonSerializer.Serialize(t)));
    var lines = all.Select(static t => t.Id).ToList();

    List<Measure> measures =
    [
        await Measured("CRP0001 20,000 lines appended", () =>
        {
            var path = Path.Combine(folder, "audit.log");
            File.Delete(path);
            new AuditLog(path).Write(lines);
            return Task.CompletedTask;
        }),
        await Measured("CRP0010 5 MB queue parsed", async () =>
        {
            using var worker = new TaskCount(tasks);
            await worker.StartAsync(CancellationToken.None);
            await worker.ExecuteTask!;
        }),
        await Measured("CRP0012 20,000 JSON lines read", () =>
        {
            EventCount.Of(events, "pending");
            return Task.CompletedTask;
        }),
        await Measured("CRP0021 state written 500 times", () =>
        {
            var done = new DoneList(Path.Combine(folder, "done.json"));
            foreach (var line in lines.Take(500))
                done.Add(line);
            return Task.CompletedTask;
        }),
    ];
    if (args is [var to, ..])
        File.WriteAllText(to, JsonSerializer.Serialize(measures));
    Print(measures, args is [_, var from] ? Read(from) : null);
}
finally
{
    Directory.Delete(folder, recursive: true);
}

static List<Measure>? Read(string path)
{
    using var stream = File.OpenRead(path);
    return JsonSerializer.Deserialize<List<Measure>>(stream);
}

static async Task<Measure> Measured(string job, Func<Task> run)
{
    await run();
    var best = TimeSpan.MaxValue;
    long allocated = 0;
    for (var round = 0; round < Rounds; round++)
    {
        GC.Collect();
        var start = GC.GetTotalAllocatedBytes(precise: true);
        var clock = Stopwatch.StartNew();
        await run();
        best = clock.Elapsed < best ? clock.Elapsed : best;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - start;
    }

    return new Measure(job, best.TotalMilliseconds, allocated / 1e6);
}

static void Print(List<Measure> after, List<Measure>? before)
{
    Console.WriteLine(before is null ? "| job | ms | MB allocated |" : "| job | ms before | ms after | MB before | MB after |");
    Console.WriteLine(before is null ? "|---|---|---|" : "|---|---|---|---|---|");
    foreach (var (now, i) in after.Select(static (m, i) => (m, i)))
    {
        Console.WriteLine(before is null
            ? $"| {now.Job} | {now.Milliseconds:F1} | {now.Megabytes:F1} |"
            : $"| {now.Job} | {before[i].Milliseconds:F1} | {now.Milliseconds:F1} | {before[i].Megabytes:F1} | {now.Megabytes:F1} |");
    }
}

internal sealed record Measure(string Job, double Milliseconds, double Megabytes);
