namespace CommitRelay.Performance.RateLimits.State;

// A limit that nothing tells of. Between two refusals the server's bucket is as empty at the end as at the start, so what it served in
// between is what it refills: each refusal measures the capacity. Between refusals the pace stands a little above the measure, so that the
// next measure comes after some seconds; when it does not come, the capacity has grown and the pace grows too.
internal partial struct PaceState
{
    private const double StartBurst = 4;
    private const double ShortestCycle = 4;
    private const double LongestCycle = 8;
    private const double CycleCalls = 40;
    private const double SmallestPause = 2;
    private const double LargestPause = 8;
    private const double GrowthSeconds = 1.2;
    private const double LongestGrowth = 24;
    private const double MeasureSeconds = 2;
    private const double AgainSeconds = 0.5;
    private const double LongestSilence = 2;

    // A call in five seconds: an outage is probed more often.
    private const double LowestRate = 0.2;

    private void StartLearning(double now, PaceSettings settings)
    {
        ref var lane = ref Lanes[Learned];
        lane.Rate = settings.InitialRate;
        lane.Burst = StartBurst;
        lane.Released = lane.Tail + StartBurst;
        Pause = SmallestPause;
        RefusedAt = GrowsFrom = now;
    }

    private void StopLearning() => Lanes[Learned].Rate = 0;

    private void LearnFromSuccess(double now)
    {
        const double window = 1;
        var since = now - DeliveredAt;
        Delivered = (Delivered * Math.Exp(-since / window)) + (1 / window);
        DeliveredAt = now;
        Gained++;
        ref var lane = ref Lanes[Learned];
        if (!lane.IsActive)
            return;

        // A pace that nobody exhausts proves nothing: it stays as it is.
        var isLimiting = lane.Released - lane.Tail < 1;
        if (Ceiling == 0)
        {
            if (isLimiting)
                lane.Rate += 1;
            return;
        }

        var cycle = Cycle;
        if (!isLimiting)
            GrowsFrom = Math.Min(GrowsFrom + since, now);
        var overshoot = Pause / cycle;
        var late = now - GrowsFrom - cycle;
        if (late > 0)
            overshoot += Ceiling * 0.35 * (Math.Pow(2, Math.Min(late, LongestGrowth) / GrowthSeconds) - 1);
        lane.Rate = Ceiling + overshoot;
    }

    private void LearnFromRefusal(double sentAt, double now)
    {
        ref var lane = ref Lanes[Learned];
        if (!lane.IsActive)
        {
            // Headers led so far, and they do not explain this: another limit exists.
            lane.Rate = Math.Max(Delivered, 1);
            lane.Released = lane.Gone = lane.Tail;
        }
        else if (sentAt < RefusedAt)
        {
            return;
        }

        var elapsed = Math.Max(now - RefusedAt, 1e-3);
        var grew = now - GrowsFrom > Cycle;
        if (Ceiling == 0 || grew)
        {
            Ceiling = Math.Max(Gained / elapsed, lane.Rate * 0.75);
        }
        else
        {
            Ceiling += (1 - Math.Exp(-elapsed / MeasureSeconds)) * ((Gained / elapsed) - Ceiling);
            if (elapsed < AgainSeconds)
                Ceiling *= 0.85;
            Pause = elapsed < Cycle / 2 ? Math.Min(Pause + 1, LargestPause) : Math.Max(Pause - 0.25, SmallestPause);
        }

        Ceiling = Math.Max(Ceiling, LowestRate);
        lane.Rate = Ceiling + (Pause / Cycle);
        lane.Burst = SmallestPause;
        lane.Released = Math.Min(lane.Released, lane.Tail) - Math.Min(Pause, lane.Rate * LongestSilence);
        RefusedAt = GrowsFrom = now;
        Gained = 0;
    }

    /// <summary>
    /// Seconds between two measures: as many as keep refusals to one in forty calls, but no more than eight. At a slow pace more would take
    /// minutes, in which a pace that stray refusals have worn down stays there.
    /// </summary>
    private readonly double Cycle => Math.Clamp(CycleCalls / Math.Max(Ceiling, LowestRate), ShortestCycle, LongestCycle);
}
