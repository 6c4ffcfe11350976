using CommitRelay.Performance.RateLimits.State;

namespace CommitRelay.Performance.RateLimits;

/// <summary>
/// The callers of this process that wait for permits of one scope. The process holds one place in the scope's line at a time, whatever the
/// number of its callers, so that processes come round in turn; when the place is due the caller that waits longest goes.
/// </summary>
internal sealed partial class Pacer
{
    private const double LongestPollMilliseconds = 100;
    private readonly Lock _gate = new();
    private readonly PriorityQueue<Waiter, long> _line = new();
    private readonly LocalRateLimitState? _local;
    private readonly TimeProvider _time;
    private readonly double _secondsPerTick;
    private readonly TaskCreationOptions _wakeUp;
    private int _pumping;
    private int _waiting;
    private long _stopsSeen;

    /// <param name="scope">The scope's name.</param>
    /// <param name="state">What all processes of the scope know.</param>
    /// <param name="time">The clock of the waits.</param>
    /// <param name="wakeInline">Run a waiter's continuation on the pump's thread, as a simulation wants it.</param>
    public Pacer(string scope, IRateLimitState state, TimeProvider time, bool wakeInline = false)
    {
        Scope = scope;
        State = state;
        _local = state as LocalRateLimitState;
        _time = time;
        _secondsPerTick = 1.0 / time.TimestampFrequency;
        _wakeUp = wakeInline ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously;
    }

    public string Scope { get; }

    public IRateLimitState State { get; }

    /// <summary>Waits for a permit.</summary>
    /// <param name="cost">The call's estimated cost.</param>
    /// <param name="startedAt">Timestamp of the call's start: the oldest call goes first.</param>
    /// <param name="deadline">Timestamp at which the call must be over.</param>
    /// <param name="cancellationToken">Ends the wait; the place goes to the next caller.</param>
    /// <exception cref="RateLimitedException">The permit cannot come before the deadline.</exception>
    public ValueTask<RateLimitTicket> AcquireAsync(RateLimitUsage cost, long startedAt, long deadline, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _waiting) == 0)
        {
            if (_local is not null && _local.TryTake(cost, out var left))
                return new ValueTask<RateLimitTicket>(left);
            if (TryStartPump())
                return AcquireFirst(cost, startedAt, deadline, cancellationToken);
        }

        var waiter = Enqueue(cost, startedAt, deadline, cancellationToken);
        StartPumpForWaiters();
        return new ValueTask<RateLimitTicket>(waiter.Task);
    }

    /// <summary>Whether a cool-down has begun since this process last asked.</summary>
    public bool SawCoolDown(long stops) => Interlocked.Exchange(ref _stopsSeen, stops) < stops;

    /// <summary>Nobody waits here, and the pump is ours: the place that the state gives is a permit, or the first that the pump waits for.</summary>
    private ValueTask<RateLimitTicket> AcquireFirst(RateLimitUsage cost, long startedAt, long deadline, CancellationToken cancellationToken)
    {
        ValueTask<RateLimitTicket> reserved;
        try
        {
            reserved = State.ReserveAsync(cost, cancellationToken);
        }
        catch
        {
            // A state that throws instead of returning a task must not leave the pump marked as running.
            StopPump();
            throw;
        }

        if (!reserved.IsCompletedSuccessfully)
            return new ValueTask<RateLimitTicket>(AcquireFirstAsync(reserved, cost, startedAt, deadline, cancellationToken));
        var ticket = reserved.Result;
        if (ticket.Wait == TimeSpan.Zero)
        {
            StopPump();
            return new ValueTask<RateLimitTicket>(ticket);
        }

        var first = Enqueue(cost, startedAt, deadline, cancellationToken);
        _ = PumpAsync(ticket, first);
        return new ValueTask<RateLimitTicket>(first.Task);
    }

    private async Task<RateLimitTicket> AcquireFirstAsync(ValueTask<RateLimitTicket> reserved, RateLimitUsage cost, long startedAt, long deadline, CancellationToken cancellationToken)
    {
        RateLimitTicket ticket;
        try
        {
            ticket = await reserved.ConfigureAwait(false);
        }
        catch
        {
            StopPump();
            throw;
        }

        if (ticket.Wait == TimeSpan.Zero)
        {
            StopPump();
            return ticket;
        }

        var waiter = Enqueue(cost, startedAt, deadline, cancellationToken);
        _ = PumpAsync(ticket, waiter);
        return await waiter.Task.ConfigureAwait(false);
    }

    private Waiter Enqueue(RateLimitUsage cost, long startedAt, long deadline, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(cost, deadline, _wakeUp, cancellationToken);
        lock (_gate)
        {
            _line.Enqueue(waiter, startedAt);
            _waiting = _line.Count;
        }

        return waiter;
    }
}
