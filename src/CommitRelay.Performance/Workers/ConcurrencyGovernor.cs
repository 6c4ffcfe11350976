namespace CommitRelay.Performance.Workers;

/// <summary>
/// Hands out permits for work, as many as the machine can bear: fewer when a resource is saturated, slowly more when none is.
/// <see cref="Explanation"/> says in one sentence why the limit is what it is.
/// </summary>
/// <remarks>
/// Thread-safe. Waiters are served in order. Additive increase, multiplicative decrease (D.-M. Chiu, R. Jain, 1989), with two memories:
/// a level that saturated a resource is not tried again before <see cref="ConcurrencyGovernorOptions.ProbeInterval"/> has passed, and no step
/// goes beyond what a resource held by tasks (<see cref="SaturationSignal.IsHeldByTasks"/>) bears by what a task has taken of it so far. <see cref="RunAsync"/> begins with four tasks a processor and
/// doubles, each time after a whole period at its limit, while nothing is saturated, so that work too large for the machine is noticed before all of it has been let in.
/// </remarks>
public sealed class ConcurrencyGovernor
{
    // A quarter less: a saturated machine recovers in a few periods, and a passing peak does not halve the throughput.
    private const int DecreaseDivisor = 4;

    // For tasks that mostly wait; as many as the option's own default.
    private const int FirstTasksPerProcessor = 4;
    private const string OwnCeiling = "the option";

    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _waiters = new();
    private readonly ConcurrencyGovernorOptions _options;
    private readonly TimeProvider _time;
    private readonly TaskFootprint _footprint = new();
    private bool _isStarting;
    private bool _wasFull;
    private int _ceiling;
    private string _ceilingSource;
    private int _limit;
    private int _inUse;
    private int _saturatedAt = int.MaxValue;
    private long _saturatedSince;
    private DateTimeOffset _pausedUntil;
    private string _reason;

    /// <summary>Creates a governor that starts at its ceiling.</summary>
    /// <param name="options">Limits and periods, not to be changed afterwards; null for the defaults.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public ConcurrencyGovernor(ConcurrencyGovernorOptions? options = null, TimeProvider? time = null)
    {
        _options = options ?? new ConcurrencyGovernorOptions();
        _options.Validate();
        _time = time ?? TimeProvider.System;
        _limit = _ceiling = _options.Ceiling;
        _ceilingSource = OwnCeiling;
        _reason = "nothing is saturated";
        Number = GovernorMetrics.Add(this);
    }

    /// <summary>Tells this governor apart from others of the process in metrics.</summary>
    internal int Number { get; }

    /// <summary>How many tasks may run at once now.</summary>
    public int Limit
    {
        get
        {
            lock (_gate)
                return EffectiveLimit();
        }
    }

    /// <summary>How many permits are out.</summary>
    public int InUse
    {
        get
        {
            lock (_gate)
                return _inUse;
        }
    }

    /// <summary>Why the limit is what it is, in one sentence.</summary>
    public string Explanation
    {
        get
        {
            lock (_gate)
                return $"{EffectiveLimit()} of at most {_ceiling} tasks at once (ceiling from {_ceilingSource}): {(IsPaused() ? $"rate limited until {_pausedUntil:u}" : _reason)}.";
        }
    }

    /// <summary>Waits for a permit.</summary>
    /// <param name="cancellationToken">Ends the wait; the place in the queue goes to the next.</param>
    /// <returns>The permit; dispose it when the work is done.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public ValueTask<WorkPermit> AcquireAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (_inUse < EffectiveLimit() && _waiters.Count == 0)
            {
                _inUse++;
                return new ValueTask<WorkPermit>(new WorkPermit(this));
            }

            return new ValueTask<WorkPermit>(new Waiter(this, cancellationToken).Task);
        }
    }

    /// <summary>Takes up to <paramref name="most"/> permits at once, without waiting.</summary>
    /// <param name="most">How many at most; at least 1.</param>
    /// <returns>The permits; fewer, or none, when there are not so many.</returns>
    public IReadOnlyList<WorkPermit> TryAcquire(int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        lock (_gate)
        {
            var taken = _waiters.Count > 0 ? 0 : Math.Clamp(EffectiveLimit() - _inUse, 0, most);
            _inUse += taken;
            var permits = new WorkPermit[taken];
            for (var i = 0; i < taken; i++)
                permits[i] = new WorkPermit(this);
            return permits;
        }
    }

    /// <summary>Sets the ceiling from outside, such as the home's own setting. A lower one holds at once; to a higher one the limit rises as work asks for it.</summary>
    /// <param name="ceiling">The most tasks at once; at least the minimum option, else that is taken.</param>
    /// <param name="source">Where it comes from, for <see cref="Explanation"/>.</param>
    public void SetCeiling(int ceiling, string source)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        lock (_gate)
        {
            _ceiling = Math.Max(ceiling, _options.Minimum);
            _ceilingSource = source;
            _limit = Math.Min(_limit, _ceiling);
        }

        Serve();
    }

    /// <summary>Goes back to the ceiling of the options.</summary>
    public void ResetCeiling() => SetCeiling(_options.Ceiling, OwnCeiling);

    /// <summary>Holds the limit at its minimum until a rate limit ends. A later end replaces an earlier one, never the other way.</summary>
    /// <param name="until">When the rate limit ends.</param>
    public void PauseUntil(DateTimeOffset until)
    {
        lock (_gate)
        {
            if (until > _pausedUntil)
                _pausedUntil = until;
        }
    }

    /// <summary>Moves the limit by what the resources have left. Call it once a period; <see cref="RunAsync"/> does.</summary>
    /// <param name="signals">One signal for each resource that is known; a resource that is not known has no say.</param>
    public void Observe(ReadOnlySpan<SaturationSignal> signals)
    {
        lock (_gate)
        {
            var worst = default(SaturationSignal);
            var room = TaskRoom.Unlimited;
            foreach (var signal in signals)
            {
                if (signal.IsHeldByTasks && _footprint.Room(signal, _inUse) is var here && here.Tasks < room.Tasks)
                    room = here;
                if (signal.IsSaturated && (!worst.IsSaturated || signal.Utilization - signal.Threshold > worst.Utilization - worst.Threshold))
                    worst = signal;
            }

            if (worst.Resource is not null)
                Lower(worst, room);
            else
                Raise(room);
        }

        Serve();
    }

    /// <summary>Looks at the resources now and once a period until cancelled. Begins with four tasks a processor (at least the minimum, at most the ceiling).</summary>
    /// <param name="sample">Fills in the signals of the moment; called once a period, never twice at once.</param>
    /// <param name="cancellationToken">Ends the watch; this method then returns.</param>
    public async Task RunAsync(Func<CancellationToken, ValueTask<IReadOnlyList<SaturationSignal>>> sample, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sample);
        Start();
        using var timer = new PeriodicTimer(_options.Period, _time);
        try
        {
            do
                Observe([.. await sample(cancellationToken).ConfigureAwait(false)]);
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The watch was to end.
        }
    }

    internal void Release()
    {
        lock (_gate)
            _inUse--;
        Serve();
    }

    private bool IsPaused() => _pausedUntil > _time.GetUtcNow();

    private int EffectiveLimit() => IsPaused() ? _options.Minimum : _limit;

    private void Start()
    {
        lock (_gate)
        {
            _limit = Math.Clamp(Environment.ProcessorCount * FirstTasksPerProcessor, _options.Minimum, _ceiling);
            _isStarting = true;
        }
    }

    private void Lower(SaturationSignal signal, TaskRoom room)
    {
        _reason = $"{signal.Resource} is at {signal.Utilization:P0}, saturated from {signal.Threshold:P0}";

        // Work that was admitted under the old limit is still draining: lowering again now would overshoot.
        if (_inUse > _limit)
            return;
        var level = Math.Max(_options.Minimum, Math.Min(_limit, Math.Max(_inUse, 1)));

        // Where one task a processor is too much, others use the machine: that says nothing of this level once they are gone.
        if (signal.IsHeldByTasks || level > Environment.ProcessorCount)
        {
            _isStarting = false;
            _saturatedAt = level;
            _saturatedSince = _time.GetTimestamp();
        }

        var most = Math.Max(1, level / DecreaseDivisor);
        _limit = Math.Max(_options.Minimum, level - (room.Tasks <= 0 ? Math.Clamp(-room.Tasks, 1, most) : most));
    }

    private void Raise(TaskRoom room)
    {
        if (_limit >= _ceiling)
        {
            _reason = "nothing is saturated";
            return;
        }

        if (_limit + 1 >= _saturatedAt)
        {
            if (_time.GetElapsedTime(_saturatedSince) < _options.ProbeInterval)
            {
                _reason = $"{_saturatedAt} at once saturated the machine less than {_options.ProbeInterval.TotalSeconds:0} s ago";
                return;
            }

            _saturatedAt = int.MaxValue;
        }

        // Without demand a higher limit would prove nothing. Nor does a level that was reached only just now: its tasks have yet to take what they need.
        var wasFull = _wasFull;
        _wasFull = _inUse >= _limit;
        if (!_wasFull || (_isStarting && !wasFull))
            return;
        if (room.Tasks < 1)
        {
            _reason = $"one more would saturate {room.Resource}";
            return;
        }

        _wasFull = false;
        _limit = Math.Min(_ceiling, _limit + Math.Min(room.Tasks, _isStarting ? _limit : 1));
        _reason = _isStarting ? "nothing is saturated, so the limit doubles" : "nothing is saturated, so the limit rises by one a period";
    }

    private void Serve()
    {
        while (true)
        {
            Waiter waiter;
            lock (_gate)
            {
                if (_waiters.First is not { } first || _inUse >= EffectiveLimit())
                    return;
                _waiters.RemoveFirst();
                waiter = first.Value;
                _inUse++;
            }

            // A waiter that was cancelled in the same moment has no use for the permit: the next one gets it.
            if (!waiter.TryServe())
            {
                lock (_gate)
                    _inUse--;
            }
        }
    }

    /// <summary>One caller in the queue; leaves it when cancelled. Made under the gate.</summary>
    private sealed class Waiter : TaskCompletionSource<WorkPermit>
    {
        private readonly ConcurrencyGovernor _governor;
        private readonly LinkedListNode<Waiter> _place;
        private readonly CancellationTokenRegistration _registration;

        public Waiter(ConcurrencyGovernor governor, CancellationToken cancellationToken)
            : base(TaskCreationOptions.RunContinuationsAsynchronously)
        {
            _governor = governor;
            _place = governor._waiters.AddLast(this);
            _registration = cancellationToken.UnsafeRegister(static (waiter, token) => ((Waiter)waiter!).Leave(token), this);
        }

        public bool TryServe()
        {
            _registration.Unregister();
            return TrySetResult(new WorkPermit(_governor));
        }

        private void Leave(CancellationToken cancellationToken)
        {
            lock (_governor._gate)
            {
                if (_place.List is not null)
                    _governor._waiters.Remove(_place);
            }

            TrySetCanceled(cancellationToken);
        }
    }
}
