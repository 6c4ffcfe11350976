using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CommitRelay.Performance.Benchmarks.Queues;

/// <summary>
/// Queue files of a wanted size in the shapes that real ones have: tasks of about 1.1 KB, indented by two blanks as jq prints them,
/// a context that repeats names such as <c>status</c> and <c>priority</c> inside, escapes as jq writes them, one task in ten queued.
/// The same size gives the same bytes.
/// </summary>
internal static class QueueFile
{
    /// <summary>Part of the name: a file of an older generator is not taken for this one's.</summary>
    private const int Generation = 2;

    private static readonly string[] Statuses = ["queued", "completed", "assigned", "failed", "cancelled", "completed", "worker_spawned", "pending", "assigned", "completed"];
    private static readonly string[] Priorities = ["medium", "high", "critical", "medium", "low", "high", "medium"];
    private static readonly string[] Types = ["development", "security-scan", "feature", "bug-fix", "catalog"];

    /// <summary>The path of a file of at least so many MB (10⁶ bytes), written to the folder for temporary files when it is not there.</summary>
    public static string Get(int megabytes, bool indented = true)
    {
        var path = Path.Combine(Path.GetTempPath(), $"commitrelay-queue-{Generation}-{megabytes}{(indented ? "" : "-compact")}.json");
        if (File.Exists(path))
            return path;
        var unfinished = path + "." + Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
            Write(file, megabytes * 1_000_000L, indented);
        File.Move(unfinished, path, overwrite: true);
        return path;
    }

    /// <summary>Writes a whole queue file of at least so many bytes; returns the number of tasks.</summary>
    public static int Write(Stream stream, long bytes, bool indented)
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = indented, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("version", "1.0.0");
        json.WriteString("updated_at", "2025-12-01T09:00:00Z");
        json.WriteStartArray("tasks");
        var count = 0;
        for (; json.BytesCommitted + json.BytesPending < bytes; count++)
        {
            WriteTask(json, count);
            if (json.BytesPending > 1 << 19)
                json.Flush();
        }

        json.WriteEndArray();
        json.WriteNumber("total", count);
        json.WriteEndObject();
        json.Flush();
        stream.WriteByte((byte)'\n');
        return count;
    }

    private static void WriteTask(Utf8JsonWriter json, int n)
    {
        var created = new DateTime(2025, 11, 1, 8, 0, 0, DateTimeKind.Utc).AddSeconds(n * 37L % 2_500_000);
        json.WriteStartObject();
        json.WriteString("id", string.Create(CultureInfo.InvariantCulture, $"task-{n:D6}"));
        json.WriteString("title", string.Create(CultureInfo.InvariantCulture, $"Scan repository number {n} for \"secrets\" and old dependencies"));
        json.WriteString("type", Types[n % Types.Length]);
        json.WriteString("priority", Priorities[n * 31 % Priorities.Length]);
        json.WriteString("status", Statuses[n * 7 % Statuses.Length]);
        json.WriteString("created_at", created.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        json.WriteString("created_by", "coordinator-master");
        json.WriteString("assigned_to", n % 3 == 0 ? null : "development-master");
        json.WriteString("assigned_at", created.AddSeconds(n % 900).ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture));
        json.WriteString("description", "Look at C:\\work\\repo, list what is \"old\"\nand write a report.");
        WriteContext(json, n);
        json.WriteString("routing_strategy", "mixture-of-experts");
        json.WriteString("routing_confidence", "0.87");
        json.WriteNumber("retry_count", n % 4);
        json.WriteEndObject();
    }

    private static void WriteContext(Utf8JsonWriter json, int n)
    {
        json.WriteStartObject("context");
        json.WriteString("status", n % 2 == 0 ? "queued" : "completed");
        json.WriteString("priority", "critical");
        json.WriteString("summary", Summary);
        json.WriteStartArray("files");
        for (var i = 0; i < 3; i++)
            json.WriteStringValue(string.Create(CultureInfo.InvariantCulture, $"src/module-{(n + i) % 97}/handlers/index.ts"));
        json.WriteEndArray();
        json.WriteStartObject("limits");
        json.WriteNumber("tokens", 10_000 + n % 5_000);
        json.WriteNumber("minutes", 45);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static readonly string Summary = new StringBuilder()
        .Append("The audit of last week found three places that read the queue whole. ")
        .Append("Check each of them, measure before and after, and write what you changed into the report beside the task. ")
        .Append("If a place is right as it is, say why.")
        .ToString();
}
