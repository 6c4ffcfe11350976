using CommitRelay.Performance.Events;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.Relay;
using CommitRelay.Performance.Workers;

namespace CommitRelay.Samples.Worker;

/// <summary>The worker: takes open tasks by priority, calls the API for each, completes them. All the rest is the library's.</summary>
internal sealed class TaskWorker(
    ITaskQueue<RelayTask> queue,
    IEventSink events,
    ConcurrencyGovernor governor,
    IHttpClientFactory clients,
    WorkerReport report,
    WorkerSettings settings,
    TimeProvider time,
    ILogger<TaskWorker> logger,
    IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            report.Result = await WorkerLoop.RunAsync(queue, DoAsync, new WorkerLoopOptions
            {
                Governor = governor,
                Events = events,
                UntilEmpty = !settings.Stay,
                Source = "sample-worker",
                Logger = logger,
            }, stoppingToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonFormatException)
        {
            report.Failure = e.Message;
        }

        lifetime.StopApplication();
    }

    private async ValueTask DoAsync(TaskClaim<RelayTask> claim, CancellationToken cancellationToken)
    {
        report.Started(claim.Task.CreatedAt, time.GetUtcNow());
        var done = false;
        try
        {
            // Waits for a permit of the key's pace, sends, and after a 429 waits as long as the server asks.
            // A wait that is too long throws RateLimitedException, and the loop gives the task back until then.
            using var client = clients.CreateClient(WorkerProgram.ApiClient);
            using var response = await client.PostAsync(new Uri($"v1/tasks/{Uri.EscapeDataString(claim.Id)}", UriKind.Relative), content: null, cancellationToken);
            response.EnsureSuccessStatusCode();
            done = true;
        }
        finally
        {
            report.Ended(done);
        }
    }
}
