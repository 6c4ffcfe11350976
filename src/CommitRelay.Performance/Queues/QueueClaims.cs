using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace CommitRelay.Performance.Queues;

/// <summary>
/// Claims on the tasks of a queue file that others, scripts too, may rewrite at any time. The truth is a ledger beside the file
/// (<c>task-queue.json.claims</c>): a claim is one appended line, made durable before the claim is handed out. The queue file is a mirror:
/// statuses are written into it in batches, every other byte of it stays, and they are written again when somebody brings old ones back.
/// </summary>
/// <remarks>
/// Thread-safe; any number of processes on one machine may work on one file. What the ledger calls leased or done is never handed out, whatever the file says.
/// New tasks, priorities, and statuses other than the ones this queue writes are the foreign writer's to decide.
/// A task without an id, or that is no valid JSON, is listed in <see cref="Unclaimable"/> and never handed out.
/// Lost in a crash: nothing that was acknowledged. A claim whose holder died is handed out again when its lease ends.
/// The file may lag behind by <see cref="QueueClaimsOptions.MirrorInterval"/>.
/// </remarks>
/// <typeparam name="T">The task.</typeparam>
public sealed partial class QueueClaims<T> : ITaskQueue<T>
{
    private readonly JsonTypeInfo<T> _typeInfo;
    private readonly QueueClaimsOptions _options;
    private readonly ClaimBook _book;
    private readonly Dictionary<long, TaskClaim<T>> _held = [];
    private readonly Lock _heldLock = new();
    private int _disposed;

    /// <summary>Prepares claims on a file; nothing is opened or started before the first call.</summary>
    /// <param name="path">The queue file; a symbolic link is followed.</param>
    /// <param name="typeInfo">How to read and write a task, usually from a source-generated context.</param>
    /// <param name="options">Statuses, leases, intervals; null for the defaults. Not to be changed afterwards.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public QueueClaims(string path, JsonTypeInfo<T> typeInfo, QueueClaimsOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(typeInfo);
        _typeInfo = typeInfo;
        _options = options ?? new QueueClaimsOptions();
        _options.Validate();
        _book = new ClaimBook(path, _options);
    }

    /// <summary>Tasks of the file, as last read, that want work but are never handed out: without an id, or not readable.</summary>
    public IReadOnlyList<UnclaimableTask> Unclaimable => [.. _book.Table.Content.Unclaimable];

    /// <summary>Why the states could not be written into the queue file the last time; null when they could. Claims do not depend on it.</summary>
    public Exception? MirrorFault => _book.MirrorFault;

    private TimeProvider Time => _options.TimeProvider;

    /// <inheritdoc/>
    /// <remarks>Added tasks are in the ledger, and can be claimed, before they stand in the file; until they are done they are put back when a foreign writer drops them.</remarks>
    public async ValueTask<int> AddAsync(IReadOnlyList<T> tasks, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ThrowIfDisposed();
        var texts = new (string Id, byte[] Text)[tasks.Count];
        for (var i = 0; i < texts.Length; i++)
        {
            var text = JsonSerializer.SerializeToUtf8Bytes(tasks[i], _typeInfo);
            texts[i] = (_book.Table.IdOf(text) ?? throw new ArgumentException($"The task at index {i} has no id: no text at {_options.Queue.Members.Id}.", nameof(tasks)), text);
        }

        _book.EnsureStarted();
        return await _book.RunAsync(() => texts.Count(task => TryAdd(task.Id, task.Text)), needsFile: true, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <exception cref="FileNotFoundException">There is no queue file, and has been none since this instance was made. Later its absence is an empty queue.</exception>
    /// <exception cref="IOException">The queue file or the ledger cannot be read or written; nothing is claimed.</exception>
    public async ValueTask<IReadOnlyList<TaskClaim<T>>> ClaimAsync(int count, TimeSpan wait, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var deadline = Deadline.In(wait, Time);
        using var activity = Telemetry.Activities.StartActivity("queue.claim");
        var traceId = Activity.Current?.TraceId.ToHexString();
        _book.EnsureStarted();
        while (true)
        {
            ThrowIfDisposed();
            cancellationToken.ThrowIfCancellationRequested();
            var signalled = _book.WakeUp.Next;
            var (claims, nextDue) = await _book.RunAsync(() => TakeReady(count, traceId), needsFile: true, cancellationToken).ConfigureAwait(false);
            Hold(claims);
            if (claims.Count > 0 || deadline.IsOver)
            {
                activity?.SetTag("commitrelay.queue.tasks", claims.Count);
                return claims;
            }

            await WaitAsync(deadline, signalled, nextDue, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask RenewAsync(IReadOnlyList<TaskClaim<T>> claims, CancellationToken cancellationToken = default)
    {
        var until = Time.GetUtcNow() + _options.Lease;
        await ChangeAsync(LedgerOperation.Renew, claims, (claim, record) => Line(LedgerOperation.Renew, claim) with { Until = until }, claim => claim.ExpiresAt = until, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask CompleteAsync(IReadOnlyList<TaskClaim<T>> claims, CancellationToken cancellationToken = default)
        => ChangeAsync(LedgerOperation.Complete, claims, (claim, _) => Line(LedgerOperation.Complete, claim), LetGo, cancellationToken);

    /// <inheritdoc/>
    public ValueTask FailAsync(IReadOnlyList<TaskClaim<T>> claims, string reason, CancellationToken cancellationToken = default)
        => ChangeAsync(LedgerOperation.Fail, claims, (claim, record) => record.Attempt >= _options.MaxAttempts
            ? Line(LedgerOperation.Bury, claim) with { Reason = reason }
            : Line(LedgerOperation.Fail, claim) with { Reason = reason, Until = Time.GetUtcNow() + _options.DelayAfter(record.Attempt) }, LetGo, cancellationToken);

    /// <inheritdoc/>
    public ValueTask AbandonAsync(IReadOnlyList<TaskClaim<T>> claims, DateTimeOffset? notBefore = null, CancellationToken cancellationToken = default)
        => ChangeAsync(LedgerOperation.Abandon, claims, (claim, _) => Line(LedgerOperation.Abandon, claim) with { Until = notBefore ?? default }, LetGo, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="FileNotFoundException">There is no queue file, and has been none since this instance was made.</exception>
    public async ValueTask<TaskCounts> CountAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return await _book.RunAsync(() => TaskCounter.Count(_book.Table.Records(), Time.GetUtcNow(), _options.MaxAttempts, _book.Table.Content.Unclaimable.Count), needsFile: true, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes all states into the queue file now.</summary>
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <exception cref="IOException">The file cannot be written; the states are safe in the ledger.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public async ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        await _book.MirrorAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives back what is still held, writes all states into the queue file, and lets go of the files. Errors of the last two are swallowed: the ledger has it all.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        TaskClaim<T>[] held;
        lock (_heldLock)
            held = [.. _held.Values];
        try
        {
            if (held.Length > 0)
                await ChangeCoreAsync(LedgerOperation.Abandon, held, (claim, _) => Line(LedgerOperation.Abandon, claim), LetGo, CancellationToken.None).ConfigureAwait(false);
            await _book.MirrorAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Whatever it was: leases that could not be given back end by themselves; the next worker writes the file.
        }

        await _book.DisposeAsync().ConfigureAwait(false);
        _book.WakeUp.Signal();
    }

    /// <summary>Waits for a signal, for the next task that falls due, or until a look at the files, which is cheaper than a turn at the ledger, shows a change.</summary>
    private async ValueTask WaitAsync(Deadline deadline, Task signalled, DateTimeOffset? nextDue, CancellationToken cancellationToken)
    {
        do
        {
            var untilDue = nextDue - Time.GetUtcNow();
            await deadline.WaitAsync(signalled, untilDue < _book.PollInterval ? untilDue.Value : _book.PollInterval, cancellationToken).ConfigureAwait(false);
        }
        while (!signalled.IsCompleted && !deadline.IsOver && !(nextDue <= Time.GetUtcNow()) && _disposed == 0 && !_book.LooksChanged);
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed != 0, this);
}
