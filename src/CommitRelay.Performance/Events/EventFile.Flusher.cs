using System.Text.Json;

namespace CommitRelay.Performance.Events;

/// <summary>
/// The one thread that empties the memory: it may block in the operating system, so no producer has to. Only a caller who waits for the disk
/// anyway, and is alone, does its work in its place.
/// </summary>
internal sealed partial class EventFile
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly Thread _thread;
    private readonly ITimer _retry;

    // Held by whoever empties the memory. What follows, and the file, belongs to its holder.
    private readonly Lock _turn = new();

    // Callers whose wait this thread has taken over; more than one each only after a failed pass.
    private readonly List<TaskCompletionSource> _owedFlushed = [];
    private readonly List<TaskCompletionSource> _owedDurable = [];
    private bool _flushDue;
    private bool _hasJustSynced;
    private bool _abandoned;
    private bool _retryDue;
    private TimeSpan _pause;
    private long _failingFrom;

    // Written by the holder under the gate, read under the gate.
    private bool _needsSync;
    private DateTimeOffset? _failingSince;
    private string? _lastError;
    private long _written;
    private long _recovered;
    private long _batches;
    private long _writtenBytes;
    private long _syncs;
    private long _faults;

    private void Run()
    {
        _ring.Memory.Warm();
        if (Interlocked.Exchange(ref _hasFreedStages, 1) == 0)
            FreeIdleStages(_options.StagingFolder);
        StartUpkeep();
        try
        {
            do
            {
                AwaitWork();
                AwaitCompany();
                _wake.Reset();
            }
            while (TakeTurn());
        }
        finally
        {
            CleanUp();
            _finished.TrySetResult();
        }
    }

    private bool TakeTurn()
    {
        lock (_turn)
            return Pass();
    }

    /// <summary>Does the thread's work on the caller's: to wake it, and be woken by it, may take as long as an fsync.</summary>
    private void Lead()
    {
        Volatile.Write(ref _flushDue, true);
        if (_turn.IsHeldByCurrentThread || !_turn.TryEnter())
        {
            _wake.Set();
            return;
        }

        try
        {
            if (!Pass())
                FlushNow();
        }
        finally
        {
            _turn.Exit();
        }
    }

    /// <summary>After a group commit the next one is likely on its way, and to sleep and wake costs half an fsync; so first a little spinning.</summary>
    private void AwaitWork()
    {
        for (var n = 0; _hasJustSynced && n < 20 && !_wake.IsSet; n++)
            Thread.SpinWait(100);
        _hasJustSynced = false;
        _wake.Wait();
    }

    /// <summary>Writes what is there now, and tells those who wait for it.</summary>
    /// <returns>False when the thread's work is done.</returns>
    private bool Pass()
    {
        var closing = false;
        var upTo = Interlocked.Exchange(ref _flushDue, false) ? TakeOver(out closing) : _ring.Tail;
        if (Volatile.Read(ref _abandoned))
        {
            FailOwed(Unwritten(EventWriterFailure.Abandoned, $"were not written before the writer was closed{LeftInStaging}"));
            return false;
        }

        try
        {
            WatchDisk();
            if (_failingSince is not null && !Volatile.Read(ref _retryDue))
                return true;
            Volatile.Write(ref _retryDue, false);
            if (Interlocked.Exchange(ref _recoveryDue, false))
                Recover();
            WriteUpTo(upTo);
            Complete(_owedFlushed);
            DoChores();
            if (_owedDurable.Count > 0 || _rolled.Count > MostUnsynced)
                Sync();
            Succeeded();
        }
        catch (Exception e)
        {
            // Whatever it is: a thread that ended here would take the process with it, or leave callers waiting for ever.
            Failed(e);
            return true;
        }

        return !closing || _ring.Head != _ring.Tail;
    }

    private long TakeOver(out bool closing)
    {
        using (_gate.Enter())
        {
            _passHead = _ring.Head;
            _lastTaken = _ring.Lines - _passLines;
            (_served, _durableCallers) = (_durableCallers, 0);
            _passLines += _lastTaken;
            Take(ref _flushedWaiters, _owedFlushed);
            Take(ref _durableWaiters, _owedDurable);
            closing = _closing;
            return _passHead;
        }

        static void Take(ref TaskCompletionSource? waiters, List<TaskCompletionSource> owed)
        {
            if (waiters is not null)
                owed.Add(waiters);
            waiters = null;
        }
    }

    /// <summary>One fsync for everybody who waits for it. A failed one is told and never tried again on the same file.</summary>
    private void Sync()
    {
        var started = _time.GetTimestamp();
        try
        {
            SyncFiles();
        }
        catch (Exception e)
        {
            using (_gate.Enter())
            {
                _needsSync = false;
                _faults++;
                _lastError = e.Message;
            }

            Log.SyncFailed(_logger, e, Path);
            var failure = new EventWriterException(Path, EventWriterFailure.NotDurable, $"fsync failed, so whether the last events are on the disk is unknown: {e.Message}", innerException: e);
            Fail(_owedDurable, failure);
            SetFileAside();
            return;
        }

        using (_gate.Enter())
        {
            _needsSync = false;
            _syncs++;
        }

        _hasJustSynced = true;
        var took = _time.GetElapsedTime(started);
        NoteCompany(took);
        Complete(_owedDurable);
        _metrics.Synced(took);
    }

    private void Failed(Exception e)
    {
        var now = _time.GetTimestamp();
        var first = _failingSince is null;
        bool closing;
        using (_gate.Enter())
        {
            _faults++;
            _lastError = e.Message;
            _failingSince ??= _time.GetUtcNow();
            closing = _closing;
        }

        if (first || closing)
            _pause = FirstPause;
        if (first)
        {
            _failingFrom = now;
            Log.WriteFailed(_logger, e, Path);
        }

        if (_time.GetElapsedTime(_failingFrom, now) >= _options.AcknowledgeTimeout)
            FailOwed(Unwritten(EventWriterFailure.NotWritten, $"not written for {_options.AcknowledgeTimeout.TotalSeconds:0.###} s; they are kept and written once that is possible: {e.Message}", e));
        _retry.Change(_pause, Timeout.InfiniteTimeSpan);
        _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
    }

    private void Succeeded()
    {
        if (_failingSince is not null)
        {
            Log.WritesAgain(_logger, Path, _time.GetElapsedTime(_failingFrom));
            using (_gate.Enter())
                _failingSince = null;
        }

        TellDrops();
    }

    /// <summary>Wakes the thread to write what is there; other wake-ups are for other work.</summary>
    private void FlushNow()
    {
        Volatile.Write(ref _flushDue, true);
        _wake.Set();
    }

    private void RetryNow()
    {
        Volatile.Write(ref _retryDue, true);
        FlushNow();
    }

    /// <summary>A loss that nobody is told of is the worst kind: it goes into the file, as an event of its own.</summary>
    private void TellDrops()
    {
        if (Volatile.Read(ref _droppedUntold) == 0)
            return;
        long count;
        DateTimeOffset since;
        using (_gate.Enter())
            (count, since) = (_droppedUntold, _droppedSince);
        var now = _time.GetUtcNow();
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteString("timestamp", now.UtcDateTime);
            json.WriteString("type", "events_dropped");
            json.WriteStartObject("data");
            json.WriteNumber("count", count);
            json.WriteString("since", since.UtcDateTime);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        // Everything before it has just been written, so there is room unless producers were faster; then the next pass tells it.
        using (_gate.Enter())
        {
            if (_ring.TryAppend(line.GetBuffer().AsSpan(0, (int)line.Length)))
                (_droppedUntold, _droppedSince) = (_droppedUntold - count, now);
        }

        FlushNow();
    }

    private void FailOwed(EventWriterException e)
    {
        Fail(_owedFlushed, e);
        Fail(_owedDurable, e);
    }

    private static void Complete(List<TaskCompletionSource> owed)
    {
        foreach (var waiters in owed)
            waiters.TrySetResult();
        owed.Clear();
    }

    private static void Fail(List<TaskCompletionSource> owed, EventWriterException e)
    {
        foreach (var waiters in owed)
            waiters.TrySetException(e);
        owed.Clear();
    }
}
