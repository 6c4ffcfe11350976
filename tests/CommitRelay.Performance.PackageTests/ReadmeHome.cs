using System.Text.Json;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.PackageTests;

/// <summary>A small home for the example of README.md, and what the example must have made of it.</summary>
internal static class ReadmeHome
{
    private const string Queue = """
        {"tasks":[
          {"id":"task-1","status":"queued","priority":"low"},
          {"id":"task-2","status":"completed","priority":"high"},
          {"id":"task-3","status":"pending","priority":"critical"}
        ]}
        """;

    public static async Task CheckAsync(Func<string, Task> run)
    {
        using var home = new TempFolder();
        var queue = home.Write("task-queue.json", Queue);
        await run(home.Path);

        // Most urgent first, and nothing for the task that was done before.
        var events = await File.ReadAllLinesAsync(home["dashboard-events.jsonl"]);
        Assert.Equal(["""{"type":"task_done","task_id":"task-3"}""", """{"type":"task_done","task_id":"task-1"}"""], events);
        using var after = JsonDocument.Parse(await File.ReadAllBytesAsync(queue));
        Assert.All(after.RootElement.GetProperty("tasks").EnumerateArray(), static t => Assert.Equal("completed", t.GetProperty("status").GetString()));
    }
}
