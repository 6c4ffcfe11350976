using System.Diagnostics;
using System.Text.Json.Nodes;
using CommitRelay.Performance.Relay;

namespace CommitRelay.Performance.Tests.Workers.Soak;

/// <summary>Scripts that know no lock: one replaces the queue file with more tasks, and with fewer that are done; one appends to the event file.</summary>
internal sealed class SoakStranger(RelayHome home)
{
    private const int TasksAtOnce = 8;
    private const int MostOpen = 60;
    private const int DoneKept = 200;

    /// <summary>The tasks that were ever put into the queue file.</summary>
    public List<string> Added { get; } = [];

    /// <summary>The tasks that were taken out of it as completed.</summary>
    public HashSet<string> Archived { get; } = [];

    /// <summary>The events that a shell has appended.</summary>
    public int Appended { get; private set; }

    public static string Event(int number) => $$"""{"type":"foreign","id":"{{number}}"}""";

    public void ReplaceQueue()
    {
        var queue = JsonNode.Parse(File.ReadAllText(home.TaskQueue))!;
        var tasks = queue["tasks"]!.AsArray();
        var done = tasks.Where(task => (string?)task!["status"] == "completed").ToList();
        foreach (var task in done.Take(done.Count - DoneKept))
        {
            tasks.Remove(task);
            Archived.Add((string)task!["id"]!);
        }

        // No more than the workers can end in the minute that the drain has.
        for (var i = 0; i < TasksAtOnce && tasks.Count - done.Count < MostOpen; i++)
        {
            Added.Add($"task-{Added.Count}");
            tasks.Add(new JsonObject { ["id"] = Added[^1], ["title"] = "Scan", ["status"] = "queued", ["priority"] = "high" });
        }

        File.WriteAllText(home.TaskQueue + ".new", queue.ToJsonString());
        File.Move(home.TaskQueue + ".new", home.TaskQueue, overwrite: true);
    }

    public async Task AppendEventAsync()
    {
        using var shell = Process.Start("sh", ["-c", "echo \"$1\" >> \"$0\"", home.Events, Event(Appended)]);
        await shell.WaitForExitAsync();
        Assert.Equal(0, shell.ExitCode);
        Appended++;
    }
}
