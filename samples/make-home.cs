// Writes the home that samples/Worker works on: `dotnet run samples/make-home.cs`, from the repository's root.
// The same seed gives the same bytes. Real homes also have colons and line feeds in names; a Windows clone could not hold those.
// Shapes, shares of statuses and the ugly cases follow real homes.
#:property PublishAot=false
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

const int Tasks = 3_000;
const int Seed = 20251121;
var random = new Random(Seed);
var root = Path.Combine("samples", "Worker", "home", "coordination");
var clock = new DateTimeOffset(2025, 11, 20, 9, 0, 0, TimeSpan.FromHours(-6));
var format = new JsonSerializerOptions { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

WriteQueue();
WriteEvents();
WriteSpecs();
WriteSnapshots();
WriteRest();
return;

void WriteQueue()
{
    var tasks = new JsonArray();
    for (var i = 0; i < Tasks; i++)
        tasks.Add(Task(i));

    // Ugly on purpose: every one of these has been seen in a real queue.
    tasks.Insert(40, new JsonObject { ["title"] = "A task without an id", ["status"] = "queued", ["priority"] = "high" });
    tasks.Insert(90, new JsonObject { ["id"] = "task-null-status", ["title"] = "Status and priority are null", ["type"] = "development", ["status"] = null, ["priority"] = null, ["created_at"] = Stamp(0) });
    tasks.Insert(91, new JsonObject { ["id"] = "task-odd-priority", ["title"] = "A priority nobody knows", ["type"] = "development", ["status"] = "queued", ["priority"] = "P0!", ["created_at"] = "timestamp" });
    tasks.Insert(150, null);
    tasks.Insert(151, new JsonObject { ["id"] = "task-numbers-as-text", ["title"] = "Numbers as text", ["status"] = "queued", ["priority"] = "low", ["routing_confidence"] = "0.00", ["retry_count"] = "N/A", ["created_at"] = Stamp(1) });
    tasks.Insert(600, Repeat(tasks[12]!, "completed"));
    tasks.Insert(601, Repeat(tasks[13]!, "queued"));
    tasks.Insert(1200, new JsonObject
    {
        ["id"] = "task-decoys",
        ["title"] = "Says \"status\": \"queued\" in its title and carries a queue in its context",
        ["type"] = "development",
        ["priority"] = "medium",
        ["status"] = "cancelled",
        ["created_at"] = Stamp(2),
        ["context"] = new JsonObject { ["status"] = "queued", ["priority"] = "critical", ["tasks"] = new JsonArray(new JsonObject { ["id"] = "task-inner", ["status"] = "queued" }) },
    });

    var queue = new JsonObject { ["version"] = "1.0", ["tasks"] = tasks, ["metadata"] = new JsonObject { ["total_tasks"] = 2_999 }, ["updated_at"] = Stamp(Tasks) };
    var text = queue.ToJsonString(format);

    // Spelt as other writers spell: an escaped member name and value, a number with a trailing zero, a repeated member.
    text = text.Replace("\"id\": \"task-000777\",", "\"id\": \"task-000777\",\n      \"retry_count\": 1.0,\n      \"retry_count\": 1.50,", StringComparison.Ordinal);
    text = text.Replace("\"id\": \"task-numbers-as-text\"", "\"i\\u0064\": \"task-numbers-as-te\\u0078t\"", StringComparison.Ordinal);
    Write("task-queue.json", text);
}

JsonObject Task(int i)
{
    var (kind, title) = Pick(
        ("development", "Add retry handling to the {0} importer — keep old callers working"),
        ("security-scan", "Scan {0} for outdated packages"),
        ("feature", "Show {0} on the dashboard → second panel"),
        ("bug-fix", "The {0} page shows \"null\" when the path is C:\\temp\\{0}"),
        ("catalog", "Describe the {0} service for the catalogue 📦"),
        ("inventory", "List repositories that use {0}"));
    var status = PickWeighted(("queued", 38), ("completed", 24), ("cancelled", 14), ("failed", 10), ("worker_spawned", 8), ("pending", 4), ("assigned", 2));
    var name = Pick("billing", "search", "session", "upload", "report", "mail", "audit");
    var task = new JsonObject
    {
        ["id"] = $"task-{i:D6}",
        ["title"] = string.Format(CultureInfo.InvariantCulture, title, name),
        ["type"] = kind,
        ["priority"] = PickWeighted(("medium", 48), ("high", 33), ("critical", 13), ("low", 6)),
        ["status"] = status,
        ["created_at"] = Stamp(i),
        ["created_by"] = Pick("create-task-cli", "coordinator", "scheduler"),
        ["context"] = new JsonObject
        {
            ["repository"] = $"example/{name}",
            ["branch"] = "main",
            ["description"] = $"{name}: {Words(6 + random.Next(22))}",
            ["requirements"] = new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(_ => (JsonNode)Words(4))]),
        },
    };
    if (status is "queued" or "pending")
        return task;
    task["assigned_to"] = Pick("development", "security", "inventory");
    task["assigned_at"] = Stamp(i + random.Next(-3, 40));
    task["routing_confidence"] = random.Next(2) == 0 ? "0.95" : JsonValue.Create(0.85);
    if (status is "completed")
        task["completed_at"] = Stamp(i + 60);
    if (status is "failed")
        task["error"] = "worker timed out\nno heartbeat for 900 s";
    return task;
}

static JsonNode Repeat(JsonNode task, string status)
{
    var copy = task.DeepClone();
    copy["status"] = status;
    return copy;
}

void WriteEvents()
{
    var text = new StringBuilder("\n");
    for (var i = 0; i < 400; i++)
    {
        text.Append((i % 5) switch
        {
            0 => $"{{\"timestamp\":\"{Stamp(i, offset: "-0600")}\",\"type\":\"coordinator_started\",\"data\":{{\"pid\":{17000 + i}}}}}\n",
            1 => $"{{\"id\":\"evt-{1764094000 + i}-{500 + i % 7}\",\"timestamp\":\"{Stamp(i, offset: "-06:00")}\",\"type\":\"system_ERROR\",\"data\":\"\",\"source\":\"automation\"}}\n",
            2 => $"{{\"id\":\"evt-{1764094000 + i}-{500 + i % 7}\",\"timestamp\":\"{Stamp(i, offset: "-06:00")}\",\"type\":\"pool_size_alert\",\"data\":\"{{\\\"size\\\":{i}}}\",\"source\":\"automation\"}}\n",
            3 => $"{{\n  \"timestamp\": \"{Stamp(i, offset: "Z")}\",\n  \"event_type\": \"worker_completed\",\n  \"severity\": \"info\",\n  \"message\": \"Worker {i} is done\"\n}}\n",
            _ => $"{{\"timestamp\":\"{Stamp(i, offset: "Z")}\",\"event\":\"heartbeat\",\"master\":\"development\"}}\n",
        });
        if (i == 120)
            text.Append("{\"timestamp\":\"2025-11-20T11:00:00-0600\",\"type\":\"system_ERROR\",\"data\":\"a raw line feed\nin a string\"}\n");
        if (i == 250)
            text.Append("{\"timestamp\":\"2025-11-20T13:10:00-0600\",\"type\":\"torn\n");
    }

    Write("dashboard-events.jsonl", text.ToString());
    var archive = Path.Combine(root, "events", "archive", "2025-11-18", "heartbeat-events.jsonl.gz");
    Directory.CreateDirectory(Path.GetDirectoryName(archive)!);
    using var gzip = new GZipStream(File.Create(archive), CompressionLevel.Optimal);
    for (var i = 0; i < 200; i++)
        gzip.Write(Encoding.UTF8.GetBytes($"{{\"timestamp\":\"{Stamp(i, offset: "-0600")}\",\"event_type\":\"heartbeat\",\"worker_id\":\"worker-{i % 9:D3}\"}}\n"));
}

void WriteSpecs()
{
    foreach (var (folder, count) in new[] { ("active", 6), ("completed", 12), ("zombie", 3) })
    {
        for (var i = 0; i < count; i++)
        {
            var spec = new JsonObject
            {
                ["worker_id"] = $"worker-implementation-{i:D3}",
                ["worker_type"] = Pick("implementation-worker", "scan-worker", "documentation-worker"),
                ["task_id"] = $"task-{i:D6}",
                ["context"] = new JsonObject { ["skills_required"] = new JsonArray() },
                ["resources"] = i % 2 == 0
                    ? new JsonObject { ["token_allocation"] = 50000, ["time_limit_minutes"] = 60 }
                    : new JsonObject { ["token_budget"] = 8000, ["timeout_minutes"] = 15 },
                ["status"] = folder switch { "active" => "pending", "completed" => "completed", _ => "zombie" },
                ["created_at"] = Stamp(i * 9),
                ["execution"] = new JsonObject { ["started_at"] = Stamp(i * 9 + 1), ["completed_at"] = folder == "completed" ? Stamp(i * 9 + 20) : null },
            };
            var text = spec.ToJsonString(format);

            // A shell pasted an empty variable: the commonest damage in real homes.
            if (folder == "active" && i % 3 == 2)
                text = text.Replace("\"token_allocation\": 50000", "\"token_allocation\": ", StringComparison.Ordinal);
            Write($"worker-specs/{folder}/worker-implementation-{i:D3}.json", text);
        }
    }
}

void WriteSnapshots()
{
    var text = new StringBuilder();
    for (var i = 0; i < 200; i++)
        text.Append(CultureInfo.InvariantCulture, $"{{\"timestamp\":\"{Stamp(i * 5, offset: "-0600")}\",\"workers\":{{\"active\":{6 + i % 4},\"completed\":{i},\"failed\":{i / 20}}},\"tokens\":{{\"total_budget\":500000,\"total_used\":{i * 1200},\"available\":{500000 - i * 1200},\"usage_percentage\":{i * 0.24:F2}}},\"tasks\":{{\"pending\":{900 - i},\"in_progress\":{i % 9},\"completed\":{i},\"total\":3000}}}}\n");
    Write("metrics-snapshots.jsonl", text.ToString());
}

void WriteRest()
{
    Write("token-budget.json", """
        {
          "total_budget": 500000,
          "allocated": 1243000,
          "in_use": 1243000,
          "available": -743000,
          "updated_at": "2025-11-21T16:02:30-0600",
          "allocations": {
            "worker-implementation-000": {
              "master": "development-master",
              "tokens": 50000,
              "allocated_at": "2025-11-20T12:47:50-0600"
            }
          }
        }

        """);
    Write("config/system.json", """
        {
          "version": "1.0",
          "logging": {
            "level": "info",
            "retention_days": 30
          },
          "services": {
            "heartbeat_interval_seconds": 30,
            "max_workers_per_master": 20
          }
        }

        """);
    Write("pids/learning-monitor.pid", "4242\n");
}

string Stamp(int minutes, string? offset = null)
{
    var at = clock.AddSeconds(minutes * 61.0);
    return (offset ?? Pick("Z", "-0600", "-0600", "-06:00", "fraction")) switch
    {
        "Z" => at.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        "-0600" => at.ToString("yyyy-MM-dd'T'HH:mm:ss'-0600'", CultureInfo.InvariantCulture),
        "-06:00" => at.ToString("yyyy-MM-dd'T'HH:mm:ss'-06:00'", CultureInfo.InvariantCulture),
        _ => at.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
    };
}

string Words(int count) => string.Join(' ', Enumerable.Range(0, count).Select(_ => Pick("check", "the", "input", "of", "every", "form", "before", "it", "is", "stored", "and", "write", "a", "test", "for", "errors")));

T Pick<T>(params T[] of) => of[random.Next(of.Length)];

string PickWeighted(params (string Value, int Weight)[] of)
{
    var at = random.Next(of.Sum(o => o.Weight));
    foreach (var (value, weight) in of)
    {
        if ((at -= weight) < 0)
            return value;
    }

    return of[^1].Value;
}

void Write(string name, string text)
{
    var path = Path.Combine(root, name);
    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
    File.WriteAllText(path, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
}
