using CommitRelay.Performance.RateLimits.State;

namespace CommitRelay.Performance.RateLimits;

// One pump a scope and process, running only while somebody waits.
internal sealed partial class Pacer
{
    private bool TryStartPump() => Interlocked.CompareExchange(ref _pumping, 1, 0) == 0;

    private void StopPump()
    {
        // A full fence: were the flag still on its way when we look, a caller who queues now would see the pump run, and we would not see him.
        Interlocked.Exchange(ref _pumping, 0);
        if (Volatile.Read(ref _waiting) > 0)
            StartPumpForWaiters();
    }

    private void StartPumpForWaiters()
    {
        if (TryStartPump())
            _ = PumpAsync(null, null);
    }

    /// <summary>Gives permits to waiters until none is left. <paramref name="held"/> is the process's place, taken for <paramref name="heldFor"/>.</summary>
    private async Task PumpAsync(RateLimitTicket? held, Waiter? heldFor)
    {
        try
        {
            while (Peek() is { } best)
            {
                if (held is not { } ticket)
                {
                    heldFor = best;
                    held = await State.ReserveAsync(best.Cost).ConfigureAwait(false);
                }
                else if (ticket.Wait == TimeSpan.Zero)
                {
                    if (Give(ticket, heldFor))
                        held = null;
                }
                else if (!FailHopeless(ticket))
                {
                    await Task.Delay(Pause(ticket.Wait), _time, CancellationToken.None).ConfigureAwait(false);
                    held = await State.CheckAsync(ticket).ConfigureAwait(false);
                }
            }

            if (held is { } unused)
                await State.ReturnAsync(unused).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // A state that fails (a fleet's server is away) must not leave callers waiting for ever.
            FailAll(e);
        }

        StopPump();
    }

    /// <summary>The wait, but not longer than a state may change its mind unnoticed; whole milliseconds upwards, as timers drop fractions.</summary>
    private static TimeSpan Pause(TimeSpan wait) => TimeSpan.FromMilliseconds(Math.Ceiling(Math.Min(wait.TotalMilliseconds, LongestPollMilliseconds)));

    /// <summary>The waiter that is served next; those that are gone leave the line.</summary>
    private Waiter? Peek()
    {
        lock (_gate)
        {
            while (_line.TryPeek(out var waiter, out _))
            {
                if (!waiter.Task.IsCompleted)
                    return waiter;
                _line.Dequeue();
                waiter.Forget();
            }

            _waiting = 0;
            return null;
        }
    }

    /// <summary>The longest-waiting caller takes the permit, unless it costs more than was reserved and the one it was reserved for still waits.</summary>
    private bool Give(in RateLimitTicket permit, Waiter? reservedFor)
    {
        var best = Peek();
        if (best is null)
            return false;
        var costsMore = best.Cost.TotalTokens > permit.Cost.TotalTokens;
        var taker = costsMore && reservedFor is { Task.IsCompleted: false } ? reservedFor : best;
        return taker.TrySetResult(permit);
    }

    /// <summary>Ends waits that cannot fit: everybody's when the scope stands still, else those of the next in line and of the expired.</summary>
    private bool FailHopeless(in RateLimitTicket ticket)
    {
        var now = _time.GetTimestamp();
        var due = now + (long)(ticket.Wait.TotalSeconds / _secondsPerTick);
        var failed = false;
        lock (_gate)
        {
            _line.TryPeek(out var next, out _);
            foreach (var (waiter, _) in _line.UnorderedItems)
            {
                var earliest = ticket.Stopped || waiter == next ? due : now;
                if (waiter.Deadline < earliest && !waiter.Task.IsCompleted)
                    failed |= waiter.TrySetException(new RateLimitedException(RateLimitKind.RateLimited, Scope, _time.GetUtcNow() + ticket.Wait));
            }
        }

        return failed;
    }

    private void FailAll(Exception exception)
    {
        lock (_gate)
        {
            while (_line.TryDequeue(out var waiter, out _))
            {
                waiter.TrySetException(exception);
                waiter.Forget();
            }

            _waiting = 0;
        }
    }

    private sealed class Waiter : TaskCompletionSource<RateLimitTicket>
    {
        private readonly CancellationTokenRegistration _registration;

        public Waiter(RateLimitUsage cost, long deadline, TaskCreationOptions wakeUp, CancellationToken cancellationToken)
            : base(wakeUp)
        {
            Cost = cost;
            Deadline = deadline;
            _registration = cancellationToken.UnsafeRegister(static (state, token) => ((Waiter)state!).TrySetCanceled(token), this);
        }

        public RateLimitUsage Cost { get; }

        public long Deadline { get; }

        public void Forget() => _registration.Dispose();
    }
}
