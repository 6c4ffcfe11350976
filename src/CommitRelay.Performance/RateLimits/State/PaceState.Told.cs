namespace CommitRelay.Performance.RateLimits.State;

// Limits that headers tell of: the line mirrors the server's bucket, and each answer corrects the mirror.
internal partial struct PaceState
{
    private const double Gain = 0.7;
    private const double HigherGain = 0.35;
    private const double DriftGain = 0.5;
    private const double ReserveSeconds = 0.1;
    private const double SmallestReserve = 2;
    private const double MostTrust = 4;
    private const double EstimateDoubt = 2;

    /// <summary>Takes up what the headers say; whether they explain a refusal (a limit that is told of has nothing left).</summary>
    private bool ReadLimits(in RateLimitTicket ticket, RateLimitHeaders headers, RateLimitKind kind, double sentAt, double now, double random)
    {
        var explained = false;
        var units = LaneUnits.Of(ticket.Cost);
        foreach (var reading in headers.Limits)
        {
            var cost = units[(int)reading.Resource];
            explained |= reading.Remaining is { } left && (left == 0 || left < DoubtOf(reading.Resource) * cost);
            if (reading is { Replenishment: RateLimitReplenishment.Window, Remaining: 0, ResetAfter: { } reset } && reset > TimeSpan.Zero)
                Stop(now + reset.TotalSeconds, now, random);
            ref var lane = ref Lanes[(int)reading.Resource];
            if (reading.Replenishment == RateLimitReplenishment.Window)
                ReadWindow(ref lane, reading);
            else
                ReadBucket(ref lane, reading, kind == RateLimitKind.None ? cost : 0, now - sentAt);
            if (lane.IsActive && reading.Remaining is { } level && ticket.Epoch == Epoch)
                Correct(ref lane, level, ticket.Positions[(int)reading.Resource] - (kind == RateLimitKind.None ? 0 : cost), sentAt, now);
        }

        if (!explained && kind == RateLimitKind.None && Lanes[(int)RateLimitResource.Requests].IsActive && Ceiling == 0)
            StopLearning();
        return explained;
    }

    /// <summary>A request is one request; what tokens it takes was estimated, and the server may have counted more.</summary>
    private static double DoubtOf(RateLimitResource resource) => resource == RateLimitResource.Requests ? 1 : EstimateDoubt;

    /// <summary>A window gives nothing back before its end: what is left is spread over the time that is left, a tenth of it may go at once.</summary>
    private static void ReadWindow(ref Lane lane, in RateLimitReading reading)
    {
        if (reading.Remaining is not { } left)
            return;
        var seconds = (reading.ResetAfter ?? reading.Window ?? TimeSpan.FromMinutes(1)).TotalSeconds;
        Activate(ref lane);
        lane.Rate = Math.Max(left, 1) / Math.Max(seconds, 1);
        lane.Capacity = left;
        lane.Reserve = 0;
        lane.Burst = Math.Max(1, left / 10.0);
    }

    /// <summary>
    /// A token bucket tells a limit for a minute, what is left, and when it will be full. Servers may hold less in the bucket than a
    /// minute's worth, and some mean another time than a minute: the documented rate is used while what the bucket does agrees with it
    /// (left + rate x time to full is then the same capacity each time), else the rate follows from capacity, level and time to full.
    /// </summary>
    private static void ReadBucket(ref Lane lane, in RateLimitReading reading, double cost, double age)
    {
        var window = reading.Window?.TotalSeconds ?? 60;
        var told = reading.Limit is > 0 ? reading.Limit.Value / window : 0;
        if (!lane.IsActive)
        {
            if (told <= 0)
                return;
            Activate(ref lane);
            lane.Trust = 1;
            lane.Rate = told;
        }

        if (reading is { Remaining: { } left, ResetAfter: { } reset })
            FitRate(ref lane, told, left, reset.TotalSeconds, Math.Max(reading.Resolution.TotalSeconds, 0.001) + age, cost);
        else if (told > 0)
            lane.Rate = told;
        if (reading.Limit is { } limit)
            lane.Capacity = Math.Min(lane.Capacity, limit);
        lane.Capacity = Math.Max(lane.Capacity, 1);
        lane.Reserve = Math.Min(lane.Capacity / 2, Math.Max(Math.Max(SmallestReserve, cost), lane.Rate * ReserveSeconds));
        lane.Burst = Math.Max(lane.Capacity - lane.Reserve, 1);
    }

    private static void FitRate(ref Lane lane, double told, double left, double reset, double resolution, double cost)
    {
        var seen = left + cost;
        if (told > 0)
        {
            var implied = left + (told * reset);
            var tolerance = 1.5 + (2 * told * resolution) + (0.02 * lane.Capacity);
            var agrees = lane.Capacity == 0 || (implied >= seen - tolerance && Math.Abs(implied - lane.Capacity) <= tolerance);
            lane.Trust = agrees ? Math.Min(lane.Trust + 1, MostTrust) : Math.Max(lane.Trust - 2, -1);
            if (lane.Trust > 0)
            {
                lane.Rate = told;
                if (agrees)
                {
                    // What was seen is certain; what the time to full implies counts only where it is known well enough to say something.
                    var guess = tolerance <= lane.Capacity / 2 ? lane.Capacity + (0.2 * (implied - lane.Capacity)) : 0;
                    lane.Capacity = Math.Max(Math.Max(lane.Capacity, seen), guess);
                }

                return;
            }
        }

        lane.Capacity = Math.Max(lane.Capacity, seen);
        var lowest = (lane.Capacity - left - 1) / (reset + resolution);
        var highest = reset > resolution ? (lane.Capacity - left) / (reset - resolution) : double.PositiveInfinity;
        if (lane.Capacity - left >= 1 && highest >= lowest)
            lane.Rate = Math.Clamp(lane.Rate, Math.Max(lowest, 0.001), Math.Max(highest, 0.001));
    }

    private static void Activate(ref Lane lane)
    {
        if (lane.IsActive)
            return;
        lane.Released = lane.Gone = lane.Tail;
        lane.Burst = 1;
    }

    /// <summary>
    /// The server's level after the call, against what the line thought it was then. Strangers' calls, lost places, the bursts of others and a
    /// rate that is a little wrong all show here, and are paid back at once; what keeps coming becomes the lane's drift.
    /// A call that was sent late was overtaken by an unknown part of those behind it, so a lower level is an error only beyond all of them;
    /// a higher one may be that of calls still on their way, so it is believed half as much.
    /// </summary>
    private static void Correct(ref Lane lane, double level, double position, double sentAt, double now)
    {
        var thought = lane.Released - (lane.Pace * (now - sentAt));
        var error = level + 0.5 - lane.Reserve + position - thought;
        var overtaken = Math.Max(0, thought - position);
        if (error < 0)
            error = Math.Min(0, error + overtaken);
        lane.Drift = Math.Clamp(lane.Drift - (DriftGain * error), 0, 0.95 * lane.Rate);
        lane.Shift((error < 0 ? Gain : HigherGain) * error);
    }
}
