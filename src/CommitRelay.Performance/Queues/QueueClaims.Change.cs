using System.Text.Json;

namespace CommitRelay.Performance.Queues;

/// <content>What happens in a call's turn at the ledger.</content>
public sealed partial class QueueClaims<T>
{
    private bool TryAdd(string id, byte[] text)
    {
        if (_book.Table.Knows(id))
            return false;
        var record = _book.Ledger.Stage(new LedgerLine
        {
            Operation = LedgerOperation.Add,
            Identity = new TaskIdentity(id, 0, _book.Table.HashOf(text)),
            At = Time.GetUtcNow(),
            Text = text,
        });
        _book.Table.Update(record);
        return true;
    }

    private (List<TaskClaim<T>> Claims, DateTimeOffset? NextDue) TakeReady(int count, string? traceId)
    {
        var claims = new List<TaskClaim<T>>();
        while (claims.Count < count && _book.Table.TakeNext() is { } slot)
        {
            if (slot.Record.Attempt >= _options.MaxAttempts)
                Bury(slot);
            else if (TryRead(slot, out var element, out var task))
                claims.Add(Claim(slot, element, task, traceId));
        }

        return (claims, _book.Table.NextDue);
    }

    private TaskClaim<T> Claim(FileSlot slot, byte[] element, T task, string? traceId)
    {
        _book.Table.Enlist(slot);
        var now = Time.GetUtcNow();
        var record = _book.Ledger.Stage(new LedgerLine
        {
            Operation = LedgerOperation.Claim,
            Identity = slot.Record.Identity with { ElementHash = _book.Table.HashOf(element) },
            Fence = _book.Ledger.NextFence(),
            Attempt = slot.Record.Attempt + 1,
            Until = now + _options.Lease,
            At = now,
            Worker = _options.WorkerName,
            Status = slot.Record.OriginalStatus is null && slot.Status != _options.ClaimedStatus ? slot.Status : null,
            TraceId = traceId,
        });
        _book.Table.Update(record);
        return new TaskClaim<T>(record.Identity, task, record.Fence, record.Attempt, record.Until, traceId);
    }

    /// <summary>The lease of the last attempt ended without a word.</summary>
    private void Bury(FileSlot slot)
    {
        _book.Table.Enlist(slot);
        _book.Ledger.Stage(new LedgerLine
        {
            Operation = LedgerOperation.Bury,
            Identity = slot.Record.Identity,
            Fence = slot.Record.Fence,
            At = Time.GetUtcNow(),
            Reason = TaskCounter.LeasesEnded,
        });
    }

    private bool TryRead(FileSlot slot, out byte[] element, out T task)
    {
        (element, task) = ([], default!);
        try
        {
            if (_book.Table.ReadElement(slot) is not { } read)
                return false;
            element = read;
            if (JsonSerializer.Deserialize(read, _typeInfo) is { } value)
            {
                task = value;
                return true;
            }
        }
        catch (Exception e) when (e is not (IOException or OutOfMemoryException))
        {
            // Whatever a converter throws: the other claims of this turn stand.
            _book.Table.Refuse(slot, $"a task that can be read as {typeof(T).Name}: {e.Message}", e);
        }

        return false;
    }

    private ValueTask ChangeAsync(LedgerOperation operation, IReadOnlyList<TaskClaim<T>> claims, Func<TaskClaim<T>, LedgerRecord, LedgerLine> line, Action<TaskClaim<T>> done, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claims);
        ThrowIfDisposed();
        return ChangeCoreAsync(operation, claims, line, done, cancellationToken);
    }

    private async ValueTask ChangeCoreAsync(LedgerOperation operation, IReadOnlyList<TaskClaim<T>> claims, Func<TaskClaim<T>, LedgerRecord, LedgerLine> line, Action<TaskClaim<T>> done, CancellationToken cancellationToken)
    {
        using var activity = Telemetry.Activities.StartActivity(ActivityName(operation));
        activity?.SetTag("commitrelay.queue.tasks", claims.Count);
        var lost = await _book.RunAsync(() => Change(claims, line), needsFile: false, cancellationToken).ConfigureAwait(false);
        foreach (var claim in claims)
        {
            if (lost.Contains(claim))
                LetGo(claim);
            else
                done(claim);
        }

        _book.Metrics.Changed(operation, claims.Count - lost.Count);
        _book.Metrics.Lost(lost.Count);
        if (lost.Count > 0)
            throw new ClaimLostException([.. lost.Select(claim => claim.Identity)]);
    }

    private static string ActivityName(LedgerOperation operation) => operation switch
    {
        LedgerOperation.Complete => "queue.complete",
        LedgerOperation.Fail => "queue.fail",
        LedgerOperation.Renew => "queue.renew",
        _ => "queue.abandon",
    };

    private HashSet<TaskClaim<T>> Change(IReadOnlyList<TaskClaim<T>> claims, Func<TaskClaim<T>, LedgerRecord, LedgerLine> line)
    {
        var lost = new HashSet<TaskClaim<T>>();
        foreach (var claim in claims)
        {
            if (_book.Ledger.Records.Find(claim.Identity) is { } record && record.IsHeldBy(claim.Fence))
                _book.Table.Update(_book.Ledger.Stage(line(claim, record)));
            else
                lost.Add(claim);
        }

        return lost;
    }

    private LedgerLine Line(LedgerOperation operation, TaskClaim<T> claim) => new()
    {
        Operation = operation,
        Identity = claim.Identity with { ElementHash = 0 },
        Fence = claim.Fence,
        At = Time.GetUtcNow(),
        TraceId = claim.TraceId,
    };

    private void Hold(List<TaskClaim<T>> claims)
    {
        _book.Metrics.Claimed(claims.Count);
        lock (_heldLock)
            claims.ForEach(claim => _held[claim.Fence] = claim);
    }

    private void LetGo(TaskClaim<T> claim)
    {
        lock (_heldLock)
            _held.Remove(claim.Fence);
    }
}
