using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Queues;

public class QueueCorpusTests
{
    [SharedFact]
    public async Task RealQueues_CountsWaitsAndOrder_AreAsExpected()
    {
        using var expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Shared!, "corpus", "expected.json")));
        foreach (var queue in expected.RootElement.GetProperty("queues").EnumerateObject())
        {
            var path = Path.Combine(Repository.CorpusHome, queue.Name);
            if (!queue.Value.GetProperty("has_tasks_array").GetBoolean())
            {
                var fault = await Assert.ThrowsAsync<QueueFormatException>(() => new QueueReader().CountAsync(path));
                Assert.Equal(queue.Value.GetProperty("bytes").GetInt64(), fault.ByteOffset);
                continue;
            }

            foreach (var strict in new[] { false, true })
                await CheckAsync(path, queue.Value, new QueueReader(new QueueReaderOptions { Strict = strict, PriorityOrder = ["critical", "high", "medium"] }));
        }
    }

    private static async Task CheckAsync(string path, JsonElement expected, QueueReader reader)
    {
        Assert.Equal(expected.GetProperty("tasks").GetInt64(), await reader.CountAsync(path));
        foreach (var (member, key) in new[] { ("status", "by_status"), ("priority", "by_priority"), ("type", "by_type") })
            Assert.Equal(Counts(expected.GetProperty(key)), Flat(await reader.CountByAsync(path, member)));
        await CheckWaitsAsync(reader, path, "started_at", expected.GetProperty("wait_started"));
        await CheckWaitsAsync(reader, path, "assigned_at", expected.GetProperty("wait_assigned"));
        await CheckOrderAsync(path, reader, expected.GetProperty("priority_order"));
    }

    private static async Task CheckWaitsAsync(QueueReader reader, string path, string to, JsonElement expected)
    {
        var waits = await reader.WaitsAsync(path, "created_at", to);
        Assert.Equal(expected.GetProperty("count").GetInt64(), waits.Count);
        Assert.Equal(expected.GetProperty("unreadable").GetInt64(), waits.Unreadable);
        Assert.Equal(expected.GetProperty("negative").GetInt64(), waits.Negative);
        Assert.Equal(expected.GetProperty("sum").GetInt64(), waits.Sum);
        Assert.Equal(expected.GetProperty("min").Deserialize<long?>(), waits.Min);
        Assert.Equal(expected.GetProperty("max").Deserialize<long?>(), waits.Max);
        Assert.Equal(
            expected.GetProperty("top5").EnumerateArray().Select(wait => (wait.GetProperty("id").GetString(), wait.GetProperty("index").GetInt64(), wait.GetProperty("wait_seconds").GetInt64())),
            waits.Longest.Select(wait => (wait.Id, wait.Index, wait.Seconds)));
    }

    private static async Task CheckOrderAsync(string path, QueueReader reader, JsonElement expected)
    {
        // Without the member "no_time" all ages are equal, so that the order is by priority and place alone.
        var byPriority = new QueueReader(reader.Options with { Members = new QueueMemberNames { CreatedAt = "no_time" } });
        var ids = (await byPriority.TopElementsAsync(path, 1000)).Select(element => element.GetText("id") ?? element.GetText("task_id")).ToList();
        Assert.Equal(expected.GetProperty("first5").EnumerateArray().Select(id => id.GetString()), ids.Take(5));
        var text = string.Concat(ids.Select(id => (id ?? "null") + "\n"));
        Assert.Equal(expected.GetProperty("sha256_of_ids").GetString(), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
    }

    private static Dictionary<string, long> Counts(JsonElement counts) => counts.EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetInt64());

    private static Dictionary<string, long> Flat(QueueCounts counts)
    {
        var flat = counts.ByText.ToDictionary();
        foreach (var (name, count) in new[] { ("(absent)", counts.Absent), ("(null)", counts.Null), ("(not a string)", counts.NotText) })
        {
            if (count > 0)
                flat[name] = count;
        }

        return flat;
    }
}
