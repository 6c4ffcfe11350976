namespace CommitRelay.Performance.Tests.RateLimits.Simulation;

/// <summary>
/// A clock that jumps from timer to timer on one thread: a minute of many processes takes a moment, and a seed gives the same run each time.
/// </summary>
internal sealed class VirtualTime
{
    private const double StallTicks = TimeSpan.TicksPerSecond / 2;
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly PriorityQueue<VirtualTimer, (long Due, long Order)> _timers = new();
    private readonly Random _random;
    private readonly TimeSpan _lateness;
    private readonly double _stallAt;
    private long _order;

    /// <param name="seed">Of the lateness.</param>
    /// <param name="lateness">How late timers fire on average, as on a busy machine; one in a hundred ten times as late.</param>
    /// <param name="stallAt">Seconds at which no timer fires for half a second.</param>
    public VirtualTime(int seed, TimeSpan lateness, double stallAt)
    {
        _random = new Random(seed);
        _lateness = lateness;
        _stallAt = stallAt;
    }

    public long Now { get; private set; } = TimeSpan.TicksPerSecond;

    public double Seconds => (Now - TimeSpan.TicksPerSecond) / (double)TimeSpan.TicksPerSecond;

    /// <summary>The clock of one process; when the process dies its timers fire no more.</summary>
    public Clock NewClock() => new(this);

    public void RunFor(TimeSpan span)
    {
        var end = Now + span.Ticks;
        while (_timers.TryPeek(out var timer, out var key) && key.Due <= end)
        {
            _timers.Dequeue();
            Now = Math.Max(Now, key.Due);
            timer.Fire();
        }

        Now = end;
    }

    private void Schedule(VirtualTimer timer, TimeSpan due, bool exact)
    {
        var late = exact || _lateness == TimeSpan.Zero ? 0 : (long)(-Math.Log(1 - _random.NextDouble()) * _lateness.Ticks * (_random.Next(100) == 0 ? 10 : 1));
        var at = Now + due.Ticks + late;
        var intoStall = (at - TimeSpan.TicksPerSecond - (_stallAt * TimeSpan.TicksPerSecond)) / StallTicks;
        _timers.Enqueue(timer, (!exact && intoStall is >= 0 and < 1 ? at + (long)((1 - intoStall) * StallTicks) : at, _order++));
    }

    internal sealed class Clock(VirtualTime time) : TimeProvider
    {
        public bool IsDead { get; set; }

        /// <summary>Timers fire when they are due, as a server's do here.</summary>
        public bool IsExact { get; init; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => time.Now;

        public override DateTimeOffset GetUtcNow() => Start.AddTicks(time.Now);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new VirtualTimer(this, callback, state);
            timer.Change(dueTime, period);
            return timer;
        }

        public void Schedule(VirtualTimer timer, TimeSpan due) => time.Schedule(timer, due, IsExact);
    }

    internal sealed class VirtualTimer(Clock clock, TimerCallback callback, object? state) : ITimer
    {
        private int _version;
        private readonly Queue<int> _scheduled = new();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _version++;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                _scheduled.Enqueue(_version);
                clock.Schedule(this, dueTime);
            }

            return true;
        }

        public void Fire()
        {
            if (_scheduled.Dequeue() == _version && !clock.IsDead)
                callback(state);
        }

        public void Dispose() => _version++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
