using CommitRelay.Performance.Queues;
using CommitRelay.Performance.Workers;
using Microsoft.Extensions.Hosting;

namespace CommitRelay.Performance.Hosting;

/// <summary>Runs a worker loop as long as the host; ends the host when the loop was to end with the queue.</summary>
internal sealed class WorkerService<T>(
    ITaskQueue<T> queue,
    Func<TaskClaim<T>, CancellationToken, ValueTask> work,
    WorkerLoopOptions options,
    IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await WorkerLoop.RunAsync(queue, work, options, stoppingToken).ConfigureAwait(false);
        if (options.UntilEmpty)
            lifetime.StopApplication();
    }
}
