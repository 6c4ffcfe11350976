using System.Buffers;

namespace CommitRelay.Performance.Events;

/// <summary>What producers do: a short copy under the gate, and no system call per event.</summary>
internal sealed partial class EventFile
{
    private readonly ShortLock _gate = new();
    private readonly ManualResetEventSlim _wake = new();
    private readonly ITimer _interval;

    // All under the gate.
    private bool _closing;
    private (long Accepted, long Waiting)? _final;
    private long _dropped;
    private long _droppedUntold;
    private DateTimeOffset _droppedSince;
    private long _passHead;
    private long _passLines;
    private long _lastTaken;
    private TaskCompletionSource? _flushedWaiters;
    private TaskCompletionSource? _durableWaiters;
    private TaskCompletionSource? _roomWaiters;

    /// <summary>Takes a line if there is room.</summary>
    /// <param name="line">The line, without its line feed.</param>
    /// <param name="durability">What the caller will wait for.</param>
    /// <param name="wait">If taken: ends when that is reached, null when it is already. If not: ends when there may be room.</param>
    /// <param name="mayLead">Whether the caller may be kept for as long as writing takes, when nobody else is at it.</param>
    public bool TryEnqueue(ReadOnlySpan<byte> line, Durability durability, out Task? wait, bool mayLead = false)
    {
        if (line.Length > _ring.LongestLine)
            throw new ArgumentException($"{Path}: an event of {line.Length} bytes; the longest is {_ring.LongestLine}, half of {nameof(EventWriterOptions.BufferBytes)}.", nameof(line));
        bool taken, wake, first;
        var lead = false;
        using (_gate.Enter())
        {
            ObjectDisposedException.ThrowIf(_closing, typeof(EventWriter));
            var waiting = _ring.Head - _passHead;
            taken = _ring.TryAppend(line);
            if (!taken)
            {
                wake = true;
                first = false;
                wait = (_roomWaiters ??= NewWaiters()).Task;
            }
            else
            {
                first = waiting == 0;
                wake = (waiting < _options.FlushBytes && _ring.Head - _passHead >= _options.FlushBytes) || _ring.Lines - _passLines == _options.FlushEvents;
                wait = null;
                if (durability != Durability.Buffered)
                {
                    var isAlone = _lastTaken <= 1 && _ring.Lines - _passLines == 1 && _chores.Count == 0;
                    wait = Join(durability, out var isFirst);
                    wake |= isFirst;
                    lead = mayLead && isFirst && isAlone;
                }
            }
        }

        if (lead)
            Lead();
        else if (wake)
            FlushNow();
        else if (first)
            _interval.Change(_options.FlushInterval, Timeout.InfiniteTimeSpan);
        return taken;
    }

    /// <summary>Writes at level Buffered; when full, does as the options say.</summary>
    public void Write(ReadOnlySpan<byte> line)
    {
        while (!TryEnqueue(line, Durability.Buffered, out var room))
        {
            // A logger that writes here while this thread empties the memory would wait for itself.
            if (_options.WhenFull == WhenFull.DropNewest || _turn.IsHeldByCurrentThread)
            {
                CountDrop();
                return;
            }

            if (_options.WhenFull == WhenFull.Throw)
                throw Full();
            try
            {
                room!.WaitAsync(_options.WaitTimeout, _time).GetAwaiter().GetResult();
            }
            catch (TimeoutException)
            {
                throw Full();
            }
        }
    }

    /// <summary>Writes, and ends when the level is reached.</summary>
    public ValueTask WriteAsync(ReadOnlySpan<byte> line, Durability durability, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        if (TryEnqueue(line, durability, out var wait, mayLead: !cancellationToken.CanBeCanceled))
            return Until(wait, cancellationToken);
        if (_options.WhenFull == WhenFull.DropNewest)
            CountDrop();
        if (_options.WhenFull != WhenFull.Wait)
            return ValueTask.FromException(Full());
        var copy = ArrayPool<byte>.Shared.Rent(line.Length);
        line.CopyTo(copy);
        return WriteWhenRoomAsync(copy, line.Length, wait!, durability, cancellationToken);
    }

    /// <summary>Ends when everything taken so far has reached the level.</summary>
    public ValueTask FlushAsync(Durability durability, CancellationToken cancellationToken)
    {
        if (durability == Durability.Buffered)
            return default;
        Task? wait;
        using (_gate.Enter())
        {
            ObjectDisposedException.ThrowIf(_closing, typeof(EventWriter));
            wait = JoinFlush(durability);
        }

        if (wait is not null)
            FlushNow();
        return Until(wait, cancellationToken);
    }

    /// <summary>Null when nothing is left to do for the level; the caller holds the gate, and wakes the thread.</summary>
    private Task? JoinFlush(Durability durability)
        => _ring.Head != _ring.Tail || (durability == Durability.Durable && _needsSync) ? Join(durability, out _) : null;

    private async ValueTask WriteWhenRoomAsync(byte[] line, int length, Task room, Durability durability, CancellationToken cancellationToken)
    {
        Task? reached;
        try
        {
            do
            {
                await room.WaitAsync(_options.WaitTimeout, _time, cancellationToken).ConfigureAwait(false);
            }
            while (!TryAgain(out reached));
        }
        catch (TimeoutException)
        {
            throw Full();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(line);
        }

        await Until(reached, cancellationToken).ConfigureAwait(false);

        bool TryAgain(out Task? wait)
        {
            var taken = TryEnqueue(line.AsSpan(0, length), durability, out wait);
            if (!taken)
                room = wait!;
            return taken;
        }
    }

    /// <summary>All who wait for a level at this moment share one task; the caller holds the gate.</summary>
    private Task Join(Durability durability, out bool isFirst)
    {
        if (durability == Durability.Durable)
            _durableCallers++;
        ref var waiters = ref durability == Durability.Flushed ? ref _flushedWaiters : ref _durableWaiters;
        isFirst = waiters is null;
        return (waiters ??= NewWaiters()).Task;
    }

    private void CountDrop()
    {
        using (_gate.Enter())
        {
            _dropped++;
            if (_droppedUntold++ == 0)
                _droppedSince = _time.GetUtcNow();
        }

        _metrics.Dropped();
    }

    private EventWriterException Full()
        => Unwritten(EventWriterFailure.BufferFull, $"wait to be written and the buffer of {_ring.Capacity} bytes has no room{(_lastError is { } error ? $"; last error: {error}" : "")}");

    private static ValueTask Until(Task? task, CancellationToken cancellationToken)
    {
        if (task is null)
            return default;
        return new ValueTask(cancellationToken.CanBeCanceled ? task.WaitAsync(cancellationToken) : task);
    }

    private static TaskCompletionSource NewWaiters() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
