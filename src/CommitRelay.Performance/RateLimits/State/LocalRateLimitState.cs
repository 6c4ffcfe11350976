namespace CommitRelay.Performance.RateLimits.State;

/// <summary>A state that answers at once: the controller's value behind this process's lock.</summary>
internal abstract class LocalRateLimitState(PaceSettings settings, TimeProvider time) : IRateLimitState
{
    private readonly Lock _gate = new();
    private readonly double _secondsPerTick = 1.0 / time.TimestampFrequency;

    protected PaceSettings Settings { get; } = settings;

    /// <summary>A permit that an idle time has left over, without a look at the clock; false when there is none.</summary>
    public bool TryTake(in RateLimitUsage cost, out RateLimitTicket ticket)
    {
        lock (_gate)
        {
            do
            {
                if (!Load().TryTake(cost, out ticket))
                    return false;
            }
            while (!TryStore());
            return true;
        }
    }

    public ValueTask<RateLimitTicket> ReserveAsync(RateLimitUsage cost, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            RateLimitTicket ticket;
            do
                ticket = Load().Reserve(cost, Now(), Settings);
            while (!TryStore());
            return new ValueTask<RateLimitTicket>(ticket);
        }
    }

    public ValueTask<RateLimitTicket> CheckAsync(RateLimitTicket ticket, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            RateLimitTicket answer;
            do
                answer = Load().Check(ticket, Now(), Settings);
            while (!TryStore());
            return new ValueTask<RateLimitTicket>(answer);
        }
    }

    public ValueTask ReturnAsync(RateLimitTicket ticket, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            do
                Load().Return(ticket, Now());
            while (!TryStore());
            return ValueTask.CompletedTask;
        }
    }

    public ValueTask<TimeSpan> ReportAsync(RateLimitTicket ticket, RateLimitReport report, CancellationToken cancellationToken = default)
    {
        var random = Settings.Randomizer();
        lock (_gate)
        {
            double seconds;
            do
                seconds = Load().Report(ticket, report, Now(), random, Settings);
            while (!TryStore());
            return new ValueTask<TimeSpan>(TimeSpan.FromSeconds(seconds));
        }
    }

    public ValueTask<RateLimitView> ViewAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
            return new ValueTask<RateLimitView>(Load().View(Now()));
    }

    /// <summary>The value to work on: the thing itself, or a copy of what others may change meanwhile.</summary>
    protected abstract ref PaceState Load();

    /// <summary>Publishes what <see cref="Load"/> gave; false when others were faster and the operation must be done again.</summary>
    protected abstract bool TryStore();

    protected double Now() => time.GetTimestamp() * _secondsPerTick;
}
