namespace CommitRelay.Performance.RateLimits.State;

// The cool-down: nobody sends until a time that only moves back, then one probe at a time until one is served.
internal partial struct PaceState
{
    private const double LongestStop = 24 * 3600;
    private const int RefusalsToStop = 5;
    private const double ShortestProbeInterval = 1.05;
    private const double LongestProbeInterval = 3;
    private const double CalmSeconds = 1;
    private const double MostRetryCredit = 10;

    private readonly bool IsStopped => NextProbeAt > 0;

    private void Stop(double until, double now, double random)
    {
        until = Math.Min(until + (random * Math.Min(0.25, 0.05 * (until - now))), now + LongestStop);
        if (!IsStopped)
        {
            StoppedAt = now;
            Stops++;
        }

        NextProbeAt = Math.Max(NextProbeAt, until);
    }

    private RateLimitTicket CheckStopped(in RateLimitTicket ticket, double now)
    {
        if (now < NextProbeAt)
            return ticket with { Wait = ToWait(NextProbeAt - now), Stopped = true };

        // This caller is the probe. Should its answer never come, the next one may try after a while.
        NextProbeAt = now + Math.Clamp(2 * Latency, ProbeInterval(now), 30);
        return ticket with { Wait = TimeSpan.Zero, Stopped = true };
    }

    private readonly double ProbeInterval(double now) => Math.Clamp((now - StoppedAt) / 10, ShortestProbeInterval, LongestProbeInterval);

    private void OnServed(double sentAt, double now, PaceSettings settings)
    {
        Latency += 0.1 * (now - sentAt - Latency);
        if (IsStopped && sentAt >= StoppedAt)
            Resume(now);
        if (sentAt >= StreakAt)
            EndStreak(now);
        LearnFromSuccess(now);
        RetryCredit = Math.Min(RetryCredit + settings.RetryRatio, MostRetryCredit);
    }

    private void EndStreak(double now)
    {
        if (Streak > 1)
        {
            ForgetStorm(now);
            CalmFrom = now;
        }

        Streak = 0;
    }

    /// <summary>
    /// One refusal, and the next call is served: that is a bucket that ran empty, and a measure. Several in a row after a calm time are a server that
    /// refuses all for a while, or a rate that dropped: what was learned before is tried again, and a drop refuses that at once.
    /// </summary>
    private void ForgetStorm(double now)
    {
        if (StreakAt - CalmFrom < CalmSeconds)
            return;
        (Ceiling, Lanes[Learned].Rate) = (CeilingBefore, RateBefore);
        RefusedAt = GrowsFrom = now;
        Gained = 0;
    }

    /// <summary>The line starts anew: places from before are void, nothing is left over from the time of standing still.</summary>
    private void Resume(double now)
    {
        NextProbeAt = 0;
        ResumedAt = CalmFrom = now;
        Streak = 0;
        Epoch++;
        RefusedAt = GrowsFrom = now;
        Gained = 0;
        for (var i = 0; i < LaneCount; i++)
        {
            ref var lane = ref Lanes[i];
            lane.Released = Math.Min(lane.Released, lane.Tail);
            lane.Tail = lane.Gone = lane.Released;
            lane.At = now;
        }
    }

    private void OnRefused(in RateLimitReport report, bool explained, double sentAt, double now, double random, PaceSettings settings)
    {
        if (Streak++ == 0)
            (StreakAt, CeilingBefore, RateBefore) = (now, Ceiling, Lanes[Learned].Rate);
        var asked = report.Headers?.RetryAfter?.TotalSeconds ?? 0;
        if (asked >= settings.LongWait)
        {
            Stop(now + asked, now, random);
        }
        else if (IsStopped)
        {
            if (sentAt >= StoppedAt)
                NextProbeAt = Math.Max(NextProbeAt, Math.Max(now + asked, sentAt + (ProbeInterval(now) * (1 + (0.1 * random)))));
        }
        else if (Streak >= RefusalsToStop)
        {
            // Nothing is served at all: that is an outage.
            ForgetStorm(now);
            Stop(now + Math.Max(asked, ProbeInterval(now) * (1 + (0.1 * random))), now, 0);
        }
        else if (report.Kind == RateLimitKind.RateLimited && !explained)
        {
            LearnFromRefusal(sentAt, now);
        }
    }

    private double TakeRetry(double now, PaceSettings settings)
    {
        RetryCredit = Math.Min(RetryCredit + (settings.RetriesPerSecond * Math.Max(0, now - RetryCreditAt)), MostRetryCredit) - 1;
        RetryCreditAt = now;
        return RetryCredit >= 0 ? 0 : -RetryCredit / settings.RetriesPerSecond;
    }
}
