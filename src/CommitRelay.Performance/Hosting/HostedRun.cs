using Microsoft.Extensions.Hosting;

namespace CommitRelay.Performance.Hosting;

/// <summary>Runs something as long as the host. It takes what it needs from the container only then, so that options are checked first.</summary>
internal sealed class HostedRun(Func<CancellationToken, Task> run) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => run(stoppingToken);
}
