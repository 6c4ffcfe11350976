namespace CommitRelay.Performance.Events;

/// <summary>Work on the file as a whole, done by the flusher between two batches, under the lock.</summary>
internal sealed partial class EventFile
{
    // Under the gate.
    private readonly Queue<Chore> _chores = [];

    private async ValueTask<long> DoLockedAsync(Func<long> work, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        using (_gate.Enter())
        {
            ObjectDisposedException.ThrowIf(_closing, typeof(EventWriter));
            _chores.Enqueue(new Chore(work, done, _ring.Head));
        }

        FlushNow();
        return await done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private void DoChores()
    {
        while (true)
        {
            Chore? chore;
            using (_gate.Enter())
            {
                // What came after this pass had begun is asked for behind lines that it does not write: the next pass does both.
                if (!_chores.TryPeek(out chore) || chore.Behind > _ring.Tail)
                    return;
                _chores.Dequeue();
            }

            try
            {
                // What moves the file as a whole asks in any case who else may be at it.
                _end = -1;
                UnderLock(chore, static (file, chore) =>
                {
                    file._fileLock.Sign();
                    chore.Done.TrySetResult(chore.Work());
                });
            }
            catch (Exception e)
            {
                chore.Done.TrySetException(e);
            }
        }
    }

    private void FailChores(EventWriterException e)
    {
        using (_gate.Enter())
        {
            while (_chores.TryDequeue(out var chore))
                chore.Done.TrySetException(e);
        }
    }

    /// <param name="Work">What to do.</param>
    /// <param name="Done">Told of its result.</param>
    /// <param name="Behind">All lines before this position of the ring are to be in the file first.</param>
    private sealed record Chore(Func<long> Work, TaskCompletionSource<long> Done, long Behind);
}
