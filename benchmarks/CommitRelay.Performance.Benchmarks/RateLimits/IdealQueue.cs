namespace CommitRelay.Performance.Benchmarks.RateLimits;

/// <summary>
/// What one first-come queue that knows the server's bucket would do with the same callers on the same schedule: nothing is refused, no
/// permit is lost. The measure of all contenders.
/// </summary>
internal static class IdealQueue
{
    private const double Step = 0.0002;

    public static List<FinishedCall> Run(RateLimitRow row, int seed)
    {
        var bucket = new ScheduledBucket(row, seed, servesStrangerFirst: true);
        var random = new Random(seed);
        var callers = new PriorityQueue<int, double>();
        for (var caller = 0; caller < RateLimitRow.Processes * RateLimitRow.Callers; caller++)
            callers.Enqueue(caller, 2.0 * (caller / RateLimitRow.Callers) / RateLimitRow.Processes);
        var calls = new List<FinishedCall>();
        var now = 0.0;
        while (callers.TryDequeue(out var caller, out var startedAt))
        {
            var process = caller / RateLimitRow.Callers;
            var tokens = row.NextTokens(random);
            now = Math.Max(now, startedAt);
            while (now < row.Seconds && !bucket.TryTake(now, tokens))
                now += Step;
            var endedAt = now + RateLimitRow.ServiceSeconds;
            if (process < RateLimitRow.Killed && endedAt >= row.KillAt)
                continue;
            if (endedAt < row.Seconds)
                callers.Enqueue(caller, endedAt);
            calls.Add(new FinishedCall(process, startedAt, Math.Min(endedAt, row.Seconds), endedAt < row.Seconds ? CallEnd.Served : CallEnd.Unfinished, tokens));
        }

        return calls;
    }
}
