namespace CommitRelay.Performance.Queues;

/// <summary>The calls of <see cref="ITaskQueue{T}"/> for one task. A loop over them pays a durable write each; the batch pays one.</summary>
public static class TaskQueueExtensions
{
    /// <summary>Adds one task; false when its id is known already.</summary>
    /// <inheritdoc cref="ITaskQueue{T}.AddAsync"/>
    public static async ValueTask<bool> AddAsync<T>(this ITaskQueue<T> queue, T task, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queue);
        return await queue.AddAsync([task], cancellationToken).ConfigureAwait(false) == 1;
    }

    /// <summary>Extends one lease.</summary>
    /// <inheritdoc cref="ITaskQueue{T}.RenewAsync"/>
    public static ValueTask RenewAsync<T>(this ITaskQueue<T> queue, TaskClaim<T> claim, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queue);
        return queue.RenewAsync([claim], cancellationToken);
    }

    /// <summary>Says that one task is done.</summary>
    /// <inheritdoc cref="ITaskQueue{T}.CompleteAsync"/>
    public static ValueTask CompleteAsync<T>(this ITaskQueue<T> queue, TaskClaim<T> claim, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queue);
        return queue.CompleteAsync([claim], cancellationToken);
    }

    /// <summary>Says that one attempt failed.</summary>
    /// <inheritdoc cref="ITaskQueue{T}.FailAsync"/>
    public static ValueTask FailAsync<T>(this ITaskQueue<T> queue, TaskClaim<T> claim, string reason, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queue);
        return queue.FailAsync([claim], reason, cancellationToken);
    }

    /// <summary>Gives one task back undone.</summary>
    /// <inheritdoc cref="ITaskQueue{T}.AbandonAsync"/>
    public static ValueTask AbandonAsync<T>(this ITaskQueue<T> queue, TaskClaim<T> claim, DateTimeOffset? notBefore = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queue);
        return queue.AbandonAsync([claim], notBefore, cancellationToken);
    }
}
