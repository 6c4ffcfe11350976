using System.Diagnostics;

namespace CommitRelay.Performance.Queues;

/// <summary>A queue of claims in this process's memory: for tests, and for work that need not outlive the process. All is lost when the process ends.</summary>
/// <remarks>Thread-safe. Never forgets an id it has seen.</remarks>
/// <typeparam name="T">The task.</typeparam>
public sealed class InMemoryTaskQueue<T> : ITaskQueue<T>
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Slot> _slots = new(StringComparer.Ordinal);
    private readonly TaskSchedule<Slot> _schedule = new();
    private readonly WakeUp _wakeUp = new();
    private readonly Func<T, string?> _id;
    private readonly Func<T, string?>? _priority;
    private readonly TaskQueueOptions _options;
    private long _fence;
    private bool _disposed;

    /// <summary>Creates an empty queue.</summary>
    /// <param name="id">Gives a task's id, which must be unique and not empty.</param>
    /// <param name="priority">Gives a task's priority, or null; without it tasks go by age alone.</param>
    /// <param name="options">Leases, attempts, order, clock; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public InMemoryTaskQueue(Func<T, string?> id, Func<T, string?>? priority = null, TaskQueueOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(id);
        _id = id;
        _priority = priority;
        _options = options ?? new TaskQueueOptions();
        _options.Validate();
    }

    /// <inheritdoc/>
    public ValueTask<int> AddAsync(IReadOnlyList<T> tasks, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        cancellationToken.ThrowIfCancellationRequested();
        var ids = new string[tasks.Count];
        for (var i = 0; i < ids.Length; i++)
            ids[i] = _id(tasks[i]) is { Length: > 0 } id ? id : throw new ArgumentException($"The task at index {i} has no id.", nameof(tasks));
        var added = 0;
        lock (_lock)
        {
            var now = Now();
            for (var i = 0; i < ids.Length; i++)
            {
                var slot = new Slot(new TaskRecord(new TaskIdentity(ids[i])), tasks[i]) { Rank = _options.RankOf(_priority?.Invoke(tasks[i])), Order = _slots.Count };
                if (!_slots.TryAdd(ids[i], slot))
                    continue;
                _schedule.Place(slot, now);
                added++;
            }
        }

        if (added > 0)
            _wakeUp.Signal();
        return ValueTask.FromResult(added);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<TaskClaim<T>>> ClaimAsync(int count, TimeSpan wait, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var deadline = Deadline.In(wait, _options.TimeProvider);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var signalled = _wakeUp.Next;
            var (claims, nextDue) = TakeReady(count);
            if (claims.Count > 0 || deadline.IsOver)
                return claims;
            await deadline.WaitAsync(signalled, nextDue - _options.TimeProvider.GetUtcNow() ?? TimeSpan.MaxValue, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public ValueTask RenewAsync(IReadOnlyList<TaskClaim<T>> claims, CancellationToken cancellationToken = default)
        => Change(claims, (slot, claim, now) =>
        {
            slot.Record.Renew(now + _options.Lease);
            claim.ExpiresAt = slot.Record.Until;
        }, cancellationToken);

    /// <inheritdoc/>
    public ValueTask CompleteAsync(IReadOnlyList<TaskClaim<T>> claims, CancellationToken cancellationToken = default)
        => Change(claims, static (slot, _, now) => slot.Record.Complete(now), cancellationToken);

    /// <inheritdoc/>
    public ValueTask FailAsync(IReadOnlyList<TaskClaim<T>> claims, string reason, CancellationToken cancellationToken = default)
        => Change(claims, (slot, _, now) =>
        {
            if (slot.Record.Attempt >= _options.MaxAttempts)
                slot.Record.Bury(reason, now);
            else
                slot.Record.Fail(reason, now + _options.DelayAfter(slot.Record.Attempt), now);
        }, cancellationToken);

    /// <inheritdoc/>
    public ValueTask AbandonAsync(IReadOnlyList<TaskClaim<T>> claims, DateTimeOffset? notBefore = null, CancellationToken cancellationToken = default)
        => Change(claims, (slot, _, now) => slot.Record.Abandon(notBefore ?? now, now), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TaskCounts> CountAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
            return ValueTask.FromResult(TaskCounter.Count(_slots.Values.Select(slot => slot.Record), Now(), _options.MaxAttempts, 0));
    }

    /// <summary>Refuses further calls. What this queue knew is gone.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_lock)
            _disposed = true;
        _wakeUp.Signal();
        return ValueTask.CompletedTask;
    }

    private (List<TaskClaim<T>> Claims, DateTimeOffset? NextDue) TakeReady(int count)
    {
        var claims = new List<TaskClaim<T>>();
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var now = Now();
            while (claims.Count < count && _schedule.TakeNext(now) is { } slot)
            {
                var record = slot.Record;
                if (record.Attempt >= _options.MaxAttempts)
                {
                    record.Bury(TaskCounter.LeasesEnded, now);
                    continue;
                }

                record.Claim(++_fence, record.Attempt + 1, now + _options.Lease, _options.WorkerName, now);
                _schedule.Place(slot, now);
                claims.Add(new TaskClaim<T>(record.Identity, slot.Task, record.Fence, record.Attempt, record.Until, Activity.Current?.TraceId.ToHexString()));
            }

            return (claims, _schedule.NextDue);
        }
    }

    private ValueTask Change(IReadOnlyList<TaskClaim<T>> claims, Action<Slot, TaskClaim<T>, DateTimeOffset> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claims);
        cancellationToken.ThrowIfCancellationRequested();
        List<TaskIdentity>? lost = null;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var now = Now();
            foreach (var claim in claims)
            {
                if (_slots.TryGetValue(claim.Id, out var slot) && slot.Record.IsHeldBy(claim.Fence))
                {
                    change(slot, claim, now);
                    _schedule.Place(slot, now);
                }
                else
                {
                    (lost ??= []).Add(claim.Identity);
                }
            }
        }

        _wakeUp.Signal();
        return lost is null ? ValueTask.CompletedTask : ValueTask.FromException(new ClaimLostException(lost));
    }

    private DateTimeOffset Now() => _options.TimeProvider.GetUtcNow();

    private sealed class Slot(TaskRecord record, T task) : TaskSlot(record)
    {
        internal T Task { get; } = task;
    }
}
