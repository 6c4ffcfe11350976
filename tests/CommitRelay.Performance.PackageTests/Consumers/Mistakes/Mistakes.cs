using System.Text.Json;
using Microsoft.Extensions.Hosting;

namespace Mistakes;

public sealed class EventLoop(string path) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var text = await File.ReadAllTextAsync(path, stoppingToken); // expect: CRP0010
            var queue = JsonSerializer.Deserialize<string[]>(text); // expect: CRP0011
            foreach (var task in queue ?? [])
                File.AppendAllText("events.jsonl", task + "\n"); // expect: CRP0001
        }
    }
}
