namespace CommitRelay.Performance.Queues;

/// <summary>A task and the right to do it until <see cref="ExpiresAt"/>.</summary>
/// <typeparam name="T">The task.</typeparam>
public sealed class TaskClaim<T>
{
    private long _expiresAtTicks;

    /// <summary>Creates a claim; for implementations of <see cref="ITaskQueue{T}"/>.</summary>
    /// <param name="identity">Which task.</param>
    /// <param name="task">The task as it stood when it was claimed.</param>
    /// <param name="fence">The fencing token.</param>
    /// <param name="attempt">1 for the first attempt.</param>
    /// <param name="expiresAt">The lease's end.</param>
    /// <param name="traceId">The trace that the claim belongs to, or null.</param>
    public TaskClaim(TaskIdentity identity, T task, long fence, int attempt, DateTimeOffset expiresAt, string? traceId = null)
    {
        Identity = identity;
        Task = task;
        Fence = fence;
        Attempt = attempt;
        TraceId = traceId;
        ExpiresAt = expiresAt;
    }

    /// <summary>Which task.</summary>
    public TaskIdentity Identity { get; }

    /// <summary>The task's id.</summary>
    public string Id => Identity.Id;

    /// <summary>The task as it stood when it was claimed.</summary>
    public T Task { get; }

    /// <summary>The fencing token: larger at each claim of the queue, so whoever the work writes to can refuse a smaller one than it has seen.</summary>
    public long Fence { get; }

    /// <summary>Which attempt this is: 1 for the first. Attempts given back are not counted.</summary>
    public int Attempt { get; }

    /// <summary>The trace that the claim belongs to: the W3C trace id of the activity it was made in, or null.</summary>
    public string? TraceId { get; }

    /// <summary>The lease's end; later after <see cref="ITaskQueue{T}.RenewAsync"/>.</summary>
    public DateTimeOffset ExpiresAt
    {
        get => new(Interlocked.Read(ref _expiresAtTicks), TimeSpan.Zero);
        set => Interlocked.Exchange(ref _expiresAtTicks, value.UtcTicks);
    }
}
