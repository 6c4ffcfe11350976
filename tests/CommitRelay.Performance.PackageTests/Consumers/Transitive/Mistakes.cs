using Microsoft.Extensions.Hosting;

namespace Transitive;

public sealed class Heartbeats : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var i = 0; i < 1_000_000 && !stoppingToken.IsCancellationRequested; i++)
            File.AppendAllText("events.jsonl", i + "\n"); // expect: CRP0001
        return Task.CompletedTask;
    }
}
