using System.Runtime.CompilerServices;

namespace CommitRelay.Performance.RateLimits.State;

/// <summary>
/// The controller: everything that the callers of one scope know together, as one blittable value with pure operations. Whoever holds it
/// (a lock in one process, a compare-and-swap between processes, a simulation) applies an operation to a copy and publishes the copy.
/// Time comes in as seconds of a monotonic clock, chance as a number below 1.
/// </summary>
internal partial struct PaceState
{
    public const int LaneCount = 5;

    /// <summary>The lane for the limit that no header tells of: its rate is learned from refusals.</summary>
    public const int Learned = 4;

    private const double RampSeconds = 0.5;
    private const double RampStart = 0.5;

    public LaneSet Lanes;

    /// <summary>Counts the cool-downs that are over; places given before the last one are void.</summary>
    public long Epoch;
    public double ResumedAt;

    /// <summary>The earliest next probe, while the scope stands still; 0 while it runs.</summary>
    public double NextProbeAt;
    public double StoppedAt;
    public long Stops;

    /// <summary>Refusals since anybody was served who was sent after the first of them.</summary>
    public long Streak;
    public double StreakAt;

    /// <summary>What was learned before the streak, and since when no streak was longer than one.</summary>
    public double CeilingBefore;
    public double RateBefore;
    public double CalmFrom;

    /// <summary>How long answers take, seconds.</summary>
    public double Latency;

    /// <summary>Retries that the budget still grants; below 0 they have to wait.</summary>
    public double RetryCredit;
    public double RetryCreditAt;

    /// <summary>The measured capacity of the learned lane, requests per second; 0 while it was never met.</summary>
    public double Ceiling;

    /// <summary>The last refusal that counted, and since when the learned pace may grow.</summary>
    public double RefusedAt;
    public double GrowsFrom;

    /// <summary>Calls served since <see cref="RefusedAt"/>.</summary>
    public double Gained;

    /// <summary>Calls that the line withholds after a refusal, so that jitter does not meet an empty bucket.</summary>
    public double Pause;

    /// <summary>Calls served per second of late.</summary>
    public double Delivered;
    public double DeliveredAt;

    public static PaceState Create(double now, PaceSettings settings)
    {
        var state = new PaceState { RetryCredit = MostRetryCredit, RetryCreditAt = now, ResumedAt = now - RampSeconds, DeliveredAt = now };
        for (var i = 0; i < LaneCount; i++)
            state.Lanes[i].At = now;
        state.StartLearning(now, settings);
        return state;
    }

    /// <summary>The way without a clock: a permit that an idle time has left over in every lane.</summary>
    public bool TryTake(in RateLimitUsage cost, out RateLimitTicket ticket)
    {
        var units = LaneUnits.Of(cost);
        if (IsStopped || !HasLeft(units))
        {
            ticket = default;
            return false;
        }

        ticket = Place(cost, units, stopped: false, goes: true);
        return true;
    }

    public RateLimitTicket Reserve(in RateLimitUsage cost, double now, PaceSettings settings)
    {
        Accrue(now);
        return Check(Place(cost, LaneUnits.Of(cost), IsStopped), now, settings);
    }

    /// <summary>A permit, the same place with its wait, or (after a cool-down) a new place.</summary>
    public RateLimitTicket Check(RateLimitTicket ticket, double now, PaceSettings settings)
    {
        if (IsStopped)
            return CheckStopped(ticket, now);
        Accrue(now);
        if (ticket.Epoch != Epoch)
            ticket = Place(ticket.Cost, LaneUnits.Of(ticket.Cost), stopped: false);
        var wait = 0.0;
        for (var i = 0; i < LaneCount; i++)
        {
            Lanes[i].PassLost(ticket.Positions[i]);
            wait = Math.Max(wait, Lanes[i].WaitFor(ticket.Positions[i]));
        }

        if (wait <= 0)
            Go(ticket);
        return ticket with { Wait = ToWait(wait), Stopped = false };
    }

    private void Go(in RateLimitTicket ticket)
    {
        for (var i = 0; i < LaneCount; i++)
            Lanes[i].Gone = Math.Max(Lanes[i].Gone, ticket.Positions[i]);
    }

    public void Return(in RateLimitTicket ticket, double now)
    {
        if (ticket.Epoch != Epoch || IsStopped)
            return;
        Accrue(now);
        Go(ticket);
        var units = LaneUnits.Of(ticket.Cost);
        for (var i = 0; i < LaneCount; i++)
            Lanes[i].Shift(units[i]);
    }

    /// <summary>Learns from how a call ended; returns the seconds that a retry must wait for the retry budget.</summary>
    public double Report(in RateLimitTicket ticket, in RateLimitReport report, double now, double random, PaceSettings settings)
    {
        Accrue(now);
        var sentAt = now - Math.Max(0, report.Age.TotalSeconds);
        if (ticket.Epoch == Epoch)
        {
            Go(ticket);
            Reconcile(ticket, report);
        }

        var explained = report.Headers is { } headers && ReadLimits(ticket, headers, report.Kind, sentAt, now, random);
        switch (report.Kind)
        {
            case RateLimitKind.None:
                OnServed(sentAt, now, settings);
                return 0;
            case RateLimitKind.RateLimited or RateLimitKind.Overloaded or RateLimitKind.Unavailable:
                OnRefused(report, explained, sentAt, now, random, settings);
                break;
        }

        return TakeRetry(now, settings);
    }

    public readonly RateLimitView View(double now)
    {
        var rate = double.PositiveInfinity;
        if (Lanes[(int)RateLimitResource.Requests] is { IsActive: true } told)
            rate = told.Rate;
        if (Lanes[Learned] is { IsActive: true } learned)
            rate = Math.Min(rate, learned.Rate);
        return new RateLimitView(double.IsInfinity(rate) ? null : rate, IsStopped ? TimeSpan.FromSeconds(Math.Max(0, NextProbeAt - now)) : TimeSpan.Zero, Stops);
    }

    private readonly bool HasLeft(in LaneUnits units)
    {
        for (var i = 0; i < LaneCount; i++)
        {
            ref readonly var lane = ref Lanes[i];
            if (lane.IsActive && lane.Tail + units[i] > lane.Released)
                return false;
        }

        return true;
    }

    private RateLimitTicket Place(in RateLimitUsage cost, in LaneUnits units, bool stopped, bool goes = false)
    {
        var positions = default(LaneUnits);
        for (var i = 0; i < LaneCount; i++)
        {
            ref var lane = ref Lanes[i];
            positions[i] = lane.Tail += units[i];
            if (goes)
                lane.Gone = lane.Tail;
        }

        return new RateLimitTicket(cost, TimeSpan.Zero, stopped, Epoch) { Positions = positions };
    }

    private void Accrue(double now)
    {
        for (var i = 0; i < LaneCount; i++)
        {
            ref var lane = ref Lanes[i];
            if (now <= lane.At)
                continue;
            lane.Accrue(now, IsStopped ? 0 : Paced(now) - Paced(lane.At));
        }
    }

    /// <summary>Time as the lanes see it: for a moment after a cool-down it passes slower, so that the pace ramps up.</summary>
    private readonly double Paced(double now)
    {
        const double lost = (1 - RampStart) * RampSeconds / 2;
        var since = now - ResumedAt;
        if (since >= RampSeconds)
            return now - lost;
        return since <= 0 ? now : ResumedAt + (RampStart * since) + ((1 - RampStart) * since * since / (2 * RampSeconds));
    }

    /// <summary>The estimate was reserved; what the call really cost moves the line up or back. A refused call cost nothing.</summary>
    private void Reconcile(in RateLimitTicket ticket, in RateLimitReport report)
    {
        var refused = report.Kind is not (RateLimitKind.None or RateLimitKind.ConnectionReset);
        if (!refused && report.Usage is null)
            return;
        var reserved = LaneUnits.Of(ticket.Cost);
        var actual = LaneUnits.Of(refused ? default : report.Usage!.Value);
        for (var i = (int)RateLimitResource.Tokens; i <= (int)RateLimitResource.OutputTokens; i++)
            Lanes[i].Shift(reserved[i] - actual[i]);
    }

    private static TimeSpan ToWait(double seconds)
        => seconds <= 0 ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Max(1, (long)Math.Ceiling(Math.Min(seconds, LongestStop) * TimeSpan.TicksPerSecond)));

    [InlineArray(LaneCount)]
    internal struct LaneSet
    {
        private Lane _first;
    }
}
