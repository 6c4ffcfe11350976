namespace CommitRelay.Performance.Queues;

/// <content>Tasks that were given up.</content>
public sealed partial class QueueClaims<T>
{
    /// <summary>Lists the dead letters, as far back as the ledger remembers.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="IOException">The ledger cannot be read.</exception>
    public async ValueTask<IReadOnlyList<DeadLetter>> DeadLettersAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return await _book.RunAsync(
            () => _book.Ledger.Records.Where(record => record.State == TaskState.Dead).Select(record => new DeadLetter(record.Identity, record.Attempt, record.Reason, record.At)).ToList(),
            needsFile: false,
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Hands a finished task out again: a dead letter, or one that is done. Its attempts are counted from anew; its fences go on.</summary>
    /// <param name="id">The task's id.</param>
    /// <param name="cancellationToken">Ends the call before anything was written.</param>
    /// <returns>False when no finished task has the id.</returns>
    /// <exception cref="RepeatedIdException">Several tasks of the file have the id; nothing was changed.</exception>
    /// <exception cref="IOException">The ledger cannot be written; nothing was changed.</exception>
    public async ValueTask<bool> RetryAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        ThrowIfDisposed();
        return await _book.RunAsync(() => Reopen(id), needsFile: true, cancellationToken).ConfigureAwait(false);
    }

    private bool Reopen(string id)
    {
        var slots = _book.Table.SlotsOf(id).ToList();
        if (slots.Count > 1)
            throw new RepeatedIdException(_book.Path, id, slots.ConvertAll(slot => slot.Offset));
        if (slots is not [{ Record: { IsFinished: true } record }])
            return false;
        _book.Table.Update(_book.Ledger.Stage(new LedgerLine { Operation = LedgerOperation.Reopen, Identity = record.Identity, At = Time.GetUtcNow() }));
        return true;
    }
}
