namespace CommitRelay.Performance.Events;

/// <summary>Work on the file as a whole, done by the flusher between two batches, under the lock.</summary>
internal sealed partial class EventFile
{
    // Under the gate.
    private readonly Queue<(Func<long> Work, TaskCompletionSource<long> Done)> _chores = [];

    private async ValueTask<long> DoLockedAsync(Func<long> work, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        using (_gate.Enter())
        {
            ObjectDisposedException.ThrowIf(_closing, typeof(EventWriter));
            _chores.Enqueue((work, done));
        }

        FlushNow();
        return await done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private void DoChores()
    {
        while (true)
        {
            (Func<long> Work, TaskCompletionSource<long> Done) chore;
            using (_gate.Enter())
            {
                if (!_chores.TryDequeue(out chore))
                    return;
            }

            try
            {
                UnderLock(chore, static (_, chore) => chore.Done.TrySetResult(chore.Work()));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
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
}
