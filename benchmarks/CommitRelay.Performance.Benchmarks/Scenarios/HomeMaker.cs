using System.Globalization;
using System.Text;
using System.Text.Json;
using CommitRelay.Performance.Benchmarks.Events;
using CommitRelay.Performance.Benchmarks.Queues;

namespace CommitRelay.Performance.Benchmarks.Scenarios;

/// <summary>
/// <c>make-home FOLDER [--specs 10000] [--queue 20] [--events 100]</c>: writes a home of a wanted size (sizes in MB) in the shapes that real ones have:
/// nine specs in ten completed, a few active, the rest archived by day; one event in fifty printed over several lines; logs with refused calls in them.
/// </summary>
internal static class HomeMaker
{
    private static readonly DateTime Start = new(2025, 11, 20, 9, 0, 0, DateTimeKind.Utc);

    public static Task<int> RunAsync(string[] args)
    {
        var root = args[0];
        var coordination = Directory.CreateDirectory(Path.Combine(root, "coordination")).FullName;
        WriteSpecs(Path.Combine(coordination, "worker-specs"), Number(args, "--specs", 10_000));
        using (var queue = File.Create(Path.Combine(coordination, "task-queue.json"), 1 << 20))
            QueueFile.Write(queue, Number(args, "--queue", 20) * 1_000_000L, indented: true);
        WriteEvents(Path.Combine(coordination, "dashboard-events.jsonl"), Number(args, "--events", 100) * 1_000_000L);
        WriteSnapshots(Path.Combine(coordination, "metrics-snapshots.jsonl"));
        File.WriteAllText(Path.Combine(coordination, "token-budget.json"), "{\n  \"total_budget\": 500000,\n  \"allocated\": 120000,\n  \"in_use\": 120000,\n  \"available\": 380000\n}\n");
        HomeFigures.WriteLog(Path.Combine(Directory.CreateDirectory(Path.Combine(root, "agents", "logs")).FullName, "worker.log"), Math.Max(1, Number(args, "--events", 100) / 20));
        return Task.FromResult(0);
    }

    private static int Number(string[] args, string name, int standard) => int.Parse(Options.Of(args, name) ?? standard.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static void WriteSpecs(string folder, int count)
    {
        for (var n = 0; n < count; n++)
        {
            var created = Start.AddSeconds(n % 500_000);
            var place = Path.Combine(folder, n % 50 == 0 ? "active" : n % 10 == 9 ? $"archived/2025-11-{10 + (n / 10 % 9)}" : "completed");
            Directory.CreateDirectory(place);
            File.WriteAllText(Path.Combine(place, $"worker-{n:D6}.json"), Spec(n, created, n % 50 != 0));
        }
    }

    private static string Spec(int n, DateTime created, bool ended)
    {
        var end = ended ? $"\n  \"completed_at\": \"{Local(created.AddSeconds(300 + (n % 900)))}\"," : "";
        return $$"""
            {
              "worker_id": "worker-{{n:D6}}",
              "worker_type": "{{(n % 3 == 0 ? "scan-worker" : "implementation-worker")}}",
              "parent_master": "development",
              "task_id": "task-{{n:D6}}",
              "status": "{{(ended ? "completed" : "running")}}",
              "created_at": "{{Local(created)}}",{{end}}
              "task_data": { "id": "task-{{n:D6}}", "title": "Scan repository number {{n}}", "status": "assigned", "created_at": "{{Local(created)}}", "description": "List what is old and write a report beside the task; if it is right as it is, say why." },
              "context": { "skills_required": [], "repository": "relay/worker-{{n % 97}}", "notes": ["first look at the files of last week", "then at those that nobody has opened since"] },
              "resources": { "token_budget": 10000, "timeout_minutes": 45 },
              "execution": { "started_at": "{{Local(created.AddSeconds(n % 60))}}", "tokens_used": {{4000 + (n % 5000)}}, "error": null }
            }

            """;
    }

    private static void WriteEvents(string path, long bytes)
    {
        using var file = File.Create(path, 1 << 20);
        for (var n = 0; file.Position < bytes; n++)
        {
            var told = BenchmarkEvent.Create(n) with { Timestamp = Start.AddSeconds(n % 4_000_000).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), Type = n % 400 == 7 ? "task_failed" : "task_completed" };
            using (var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = n % 50 == 0, NewLine = "\n" }))
                JsonSerializer.Serialize(json, told, BenchmarkEventContext.Default.BenchmarkEvent);
            file.WriteByte((byte)'\n');
        }
    }

    private static void WriteSnapshots(string path)
    {
        var lines = new StringBuilder();
        for (var n = 0; n < 2000; n++)
            lines.Append(CultureInfo.InvariantCulture, $"{{\"timestamp\":\"{Local(Start.AddMinutes(5 * n))}\",\"tasks\":{{\"pending\":{n % 90},\"in_progress\":{n % 7},\"completed\":{n * 3}}},\"workers\":{{\"active\":{n % 9},\"completed\":{n * 2},\"failed\":{n / 40}}},\"tokens\":{{\"total_budget\":500000,\"available\":{500000 - (n * 60)}}}}}\n");
        File.WriteAllText(path, lines.ToString());
    }

    /// <summary>As the home's own shell writes instants.</summary>
    private static string Local(DateTime utc) => utc.AddHours(-6).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) + "-0600";
}
