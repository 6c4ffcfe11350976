using System.Text.Json;
using Microsoft.Extensions.Hosting;

namespace CommitRelay.Samples.FirstFix;

internal sealed record WorkTask(string Id, string Status, string Description);

/// <summary>Makes a string of the whole queue, then objects of the string (CRP0010; the fix parses the stream).</summary>
internal sealed class TaskCount(string path) : BackgroundService
{
    public int Open { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var json = await File.ReadAllTextAsync(path, stoppingToken);
        var tasks = JsonSerializer.Deserialize<List<WorkTask>>(json);
        Open = tasks!.Count(static t => t.Status == "pending");
    }
}
