using CommitRelay.Performance.Queues;

namespace CommitRelay.Performance.Workers;

/// <summary>
/// A worker's loop: permits from the governor, claims from the queue, the work, its outcome back to the queue, an event for each.
/// </summary>
public static class WorkerLoop
{
    /// <summary>Takes tasks and works on them until told to stop, or until none is left.</summary>
    /// <remarks>
    /// What the work does decides the outcome: it returns and the task is completed; it throws
    /// <see cref="RateLimits.RateLimitedException"/> and the task is given back until the limit ends; it throws anything else, or runs
    /// longer than <see cref="WorkerLoopOptions.TaskTimeout"/>, and the attempt failed. A task whose outcome cannot be written (disk full)
    /// is kept, and written once that is possible or the grace is over; a task may therefore be done twice after a crash, never lost.
    /// </remarks>
    /// <param name="queue">Where tasks come from. Not disposed.</param>
    /// <param name="work">Does one task; called for many tasks at once. Its token is cancelled at the task's timeout and when the grace is over.</param>
    /// <param name="options">Limits, events, log; null for the defaults.</param>
    /// <param name="cancellationToken">Stops claiming; running tasks get <see cref="WorkerLoopOptions.Grace"/>. The method then returns, it does not throw.</param>
    /// <returns>What became of the tasks.</returns>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static async Task<WorkerLoopResult> RunAsync<T>(
        ITaskQueue<T> queue,
        Func<TaskClaim<T>, CancellationToken, ValueTask> work,
        WorkerLoopOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentNullException.ThrowIfNull(work);
        options ??= new WorkerLoopOptions();
        options.Validate();
        using var run = new WorkerRun<T>(queue, work, options);
        return await run.RunAsync(cancellationToken).ConfigureAwait(false);
    }
}
