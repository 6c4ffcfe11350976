namespace CommitRelay.Performance.Queues;

/// <summary>
/// A queue whose tasks are claimed, so that of many workers only one does a task at a time: a claim is a lease with an end and a fence.
/// </summary>
/// <remarks>
/// Thread-safe. Every method takes a batch, because one durable write serves many.
/// A task is handed out by priority, then age. A lease that ends without a word puts the task back and counts as an attempt;
/// after <see cref="TaskQueueOptions.MaxAttempts"/> attempts a task is a dead letter and handed out no more.
/// A worker can still die between doing a task's work and completing it, so work is done at least once;
/// hand <see cref="TaskClaim{T}.Fence"/> to whatever the work changes, and let that refuse an older fence than it has seen.
/// Disposing gives back the claims that this instance still holds.
/// </remarks>
/// <typeparam name="T">The task.</typeparam>
public interface ITaskQueue<T> : IAsyncDisposable
{
    /// <summary>Adds tasks. A task whose id the queue already knows, whatever became of it, is not added again, so a producer may repeat itself.</summary>
    /// <param name="tasks">The tasks; each needs an id.</param>
    /// <param name="cancellationToken">Ends the call before anything was added; once adding has begun it is ignored.</param>
    /// <returns>How many were added.</returns>
    /// <exception cref="ArgumentException">A task has no id; none was added.</exception>
    ValueTask<int> AddAsync(IReadOnlyList<T> tasks, CancellationToken cancellationToken = default);

    /// <summary>Claims up to <paramref name="count"/> tasks, waiting for the first one if there is none yet.</summary>
    /// <param name="count">The most tasks to claim; at least 1.</param>
    /// <param name="wait">How long to wait for a first task; <see cref="TimeSpan.Zero"/> not at all, <see cref="Timeout.InfiniteTimeSpan"/> without end.</param>
    /// <param name="cancellationToken">Ends the wait; claims already written are returned all the same.</param>
    /// <returns>The claims, most urgent first; empty when the wait ended without a task.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled; nothing is claimed.</exception>
    ValueTask<IReadOnlyList<TaskClaim<T>>> ClaimAsync(int count, TimeSpan wait, CancellationToken cancellationToken = default);

    /// <summary>Extends leases by <see cref="TaskQueueOptions.Lease"/> from now.</summary>
    /// <param name="claims">Claims of this queue.</param>
    /// <param name="cancellationToken">Ends the call before anything was written.</param>
    /// <exception cref="ClaimLostException">Some claims are no longer held: another has the task, or it is done. The others are renewed.</exception>
    ValueTask RenewAsync(IReadOnlyList<TaskClaim<T>> claims, CancellationToken cancellationToken = default);

    /// <summary>Says that tasks are done. Accepted after the lease's end too, as long as nobody else has claimed the task.</summary>
    /// <param name="claims">Claims of this queue.</param>
    /// <param name="cancellationToken">Ends the call before anything was written.</param>
    /// <exception cref="ClaimLostException">Some claims are no longer held: another has the task, or it is done. The others are completed.</exception>
    ValueTask CompleteAsync(IReadOnlyList<TaskClaim<T>> claims, CancellationToken cancellationToken = default);

    /// <summary>Says that an attempt failed. The task is tried again after <see cref="TaskQueueOptions.RetryDelay"/>, or is a dead letter after its last attempt.</summary>
    /// <param name="claims">Claims of this queue.</param>
    /// <param name="reason">Why, for people; kept with the task.</param>
    /// <param name="cancellationToken">Ends the call before anything was written.</param>
    /// <exception cref="ClaimLostException">Some claims are no longer held. The others are failed.</exception>
    ValueTask FailAsync(IReadOnlyList<TaskClaim<T>> claims, string reason, CancellationToken cancellationToken = default);

    /// <summary>Gives tasks back undone. Does not count as an attempt.</summary>
    /// <param name="claims">Claims of this queue.</param>
    /// <param name="notBefore">When they may be handed out again, such as the end of a rate limit; null for at once.</param>
    /// <param name="cancellationToken">Ends the call before anything was written.</param>
    /// <exception cref="ClaimLostException">Some claims are no longer held. The others are given back.</exception>
    ValueTask AbandonAsync(IReadOnlyList<TaskClaim<T>> claims, DateTimeOffset? notBefore = null, CancellationToken cancellationToken = default);

    /// <summary>Counts the tasks by what can become of them now.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    ValueTask<TaskCounts> CountAsync(CancellationToken cancellationToken = default);
}
