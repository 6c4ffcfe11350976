using CommitRelay.Performance.Queues;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Queues;

/// <summary>The file passes the contract that memory passes.</summary>
public sealed class QueueClaimsContractTests : TaskQueueContract, IDisposable
{
    private readonly TempFolder _folder = new();

    protected override TaskQueueOptions NewOptions() => new QueueClaimsOptions();

    protected override ITaskQueue<Job>? TryOpen(TaskQueueOptions options) => new QueueClaims<Job>(_folder["task-queue.json"], JobJson.Default.Job, (QueueClaimsOptions)options);

    public override Task InitializeAsync()
    {
        _folder.Write("task-queue.json", "{\"tasks\": []}\n");
        return base.InitializeAsync();
    }

    public void Dispose() => _folder.Dispose();
}
