using System.Text.Json;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tool.Tests;

/// <summary>Every answer that the corpus has an independent one for.</summary>
public sealed class CorpusTests
{
    private static readonly Lazy<JsonElement> Expected = new(static () => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Shared!, "corpus", "expected.json"))).RootElement);

    public static TheoryData<string> Queues => Names("queues");

    public static TheoryData<string> EventFiles => Names("jsonl");

    [SharedTheory, MemberData(nameof(Queues))]
    public async Task QueueStats_OnTheCorpus_AnswersAsTheIndependentProgram(string file)
    {
        var expected = Expected.Value.GetProperty("queues").GetProperty(file);
        var answer = (await ToolRun.OfAsync("queue", "stats", Place(file), "--json")).Fine().Json;
        foreach (var key in (string[])["bytes", "valid", "has_tasks_array", "tasks", "by_status", "by_priority", "by_type", "ids_repeated"])
        {
            // Nothing is counted where there is no array.
            if (expected.TryGetProperty(key, out _))
                AssertSame(expected, key, answer, key);
        }
    }

    [SharedTheory, MemberData(nameof(Queues))]
    public async Task QueueWaits_OnTheCorpus_AnswersAsTheIndependentProgram(string file)
    {
        var queue = Expected.Value.GetProperty("queues").GetProperty(file);
        foreach (var (to, name) in ((string, string)[])[("started_at", "wait_started"), ("assigned_at", "wait_assigned")])
        {
            if (!queue.TryGetProperty(name, out var expected))
                continue;
            var answer = (await ToolRun.OfAsync("queue", "waits", Place(file), "--to", to, "--json")).Fine().Json;
            foreach (var key in (string[])["count", "unreadable", "negative", "min", "max", "sum"])
                AssertSame(expected, key, answer, key);
            AssertSame(expected, "top5", answer, "top");
        }
    }

    [SharedTheory, MemberData(nameof(Queues))]
    public async Task PriorityOrder_OnTheCorpus_IsThatOfTheIndependentProgram(string file)
    {
        if (!Expected.Value.GetProperty("queues").GetProperty(file).TryGetProperty("priority_order", out var expected))
            return;
        using var folder = new TempFolder();
        File.Copy(Place(file), folder["queue.json"]);
        var dry = (await ToolRun.OfAsync("queue", "prioritize", folder["queue.json"], "--dry-run", "--json")).Fine().Json;
        Assert.Equal(File.ReadAllBytes(Place(file)), File.ReadAllBytes(folder["queue.json"]));
        AssertSame(expected, "sha256_of_ids", dry, "sha256_of_ids");

        var read = (await ToolRun.OfAsync("queue", "read", folder["queue.json"], "--order", "priority", "--top", "5")).Fine();
        var ids = read.Lines.Select(static line => JsonDocument.Parse(line).RootElement).Select(static task => task.GetProperty("id").GetString());
        Assert.Equal(expected.GetProperty("first5").EnumerateArray().Select(static id => id.GetString()), ids);

        var done = (await ToolRun.OfAsync("queue", "prioritize", folder["queue.json"], "--json")).Fine().Json;
        AssertSame(expected, "sha256_of_ids", done, "sha256_of_ids");
    }

    [SharedTheory, MemberData(nameof(EventFiles))]
    public async Task EventStats_OnTheCorpus_AnswersAsTheIndependentProgram(string file)
    {
        var expected = Expected.Value.GetProperty("jsonl").GetProperty(file);
        var answer = (await ToolRun.OfAsync("events", "stats", Place(file), "--json")).Fine().Json;
        foreach (var key in (string[])["bytes", "newlines", "non_empty_lines", "valid_lines", "invalid_lines", "records"])
            AssertSame(expected, key, answer, key);
    }

    private static void AssertSame(JsonElement expected, string expectedKey, JsonElement answer, string key)
        => Assert.True(JsonElement.DeepEquals(expected.GetProperty(expectedKey), answer.GetProperty(key)), $"{key}: expected {expected.GetProperty(expectedKey)}, but is {answer.GetProperty(key)}");

    private static string Place(string file) => Path.Combine(Repository.CorpusHome, file);

    private static TheoryData<string> Names(string section)
    {
        // Without the corpus the theory is skipped, but a theory needs a case to skip.
        var names = Repository.Shared is null ? ["absent"] : Expected.Value.GetProperty(section).EnumerateObject().Select(static file => file.Name);
        return [.. names];
    }
}
