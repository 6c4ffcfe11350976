using CommitRelay.Performance.Queues;

namespace CommitRelay.Performance.Tests.Queues;

public sealed class InMemoryTaskQueueTests : TaskQueueContract
{
    private bool _opened;

    protected override ITaskQueue<Job>? TryOpen(TaskQueueOptions options)
    {
        // Memory cannot be opened a second time by another worker; the options are checked all the same.
        var queue = new InMemoryTaskQueue<Job>(job => job.Id, job => job.Priority, options);
        if (_opened)
            return null;
        _opened = true;
        return queue;
    }
}
