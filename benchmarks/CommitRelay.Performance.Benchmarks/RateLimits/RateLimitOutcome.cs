namespace CommitRelay.Performance.Benchmarks.RateLimits;

/// <summary>What a run gave, from the end of the warm-up on; shares are from 0 to 1, times in seconds.</summary>
internal sealed record RateLimitOutcome
{
    /// <summary>Calls (or, with a token limit, tokens) served, of what the ideal queue serves.</summary>
    public double GoodputOfIdeal { get; init; }

    /// <summary>429s of all requests that reached the server.</summary>
    public double RefusedShare { get; init; }

    public double P99 { get; init; }

    public double P99OfIdeal { get; init; }

    public int Failed { get; init; }

    /// <summary>Jain's index of the calls served over the processes that live to the end: 1 when all got the same.</summary>
    public double Jain { get; init; }

    public double LeastOfMean { get; init; }

    public double StrangerRefusedShare { get; init; }

    /// <summary>Calls a second from a second after the kill on; 0 without one.</summary>
    public double AfterKillRate { get; init; }

    /// <summary>Requests in the first two seconds of the outage.</summary>
    public int OutageFirst { get; init; }

    /// <summary>The most requests in any later second of it.</summary>
    public int OutageMost { get; init; }

    /// <summary>Seconds from the end of the outage until three seconds begin in which nine tenths of the rate are served; 0 without an outage.</summary>
    public double RecoverySeconds { get; init; }

    public static RateLimitOutcome Of(RateLimitRow row, List<FinishedCall> calls, List<(double At, bool Refused)> requests, (int Calls, int Refused) stranger, List<FinishedCall> ideal)
    {
        const double from = RateLimitRow.WarmUp;
        var living = Enumerable.Range(0, RateLimitRow.Processes).Skip(double.IsInfinity(row.KillAt) ? 0 : RateLimitRow.Killed);
        var shares = living.Select(process => (double)calls.Count(call => call.Process == process && IsServed(call))).ToArray();
        var measured = requests.Where(static request => request.At >= from).ToArray();
        var p99 = P99Of(calls);
        return new RateLimitOutcome
        {
            GoodputOfIdeal = Goodput(row, calls) / Goodput(row, ideal),
            RefusedShare = (double)measured.Count(static request => request.Refused) / measured.Length,
            P99 = p99,
            P99OfIdeal = p99 / P99Of(ideal),
            Failed = calls.Count(static call => call.End == CallEnd.Failed && call.EndedAt >= from),
            Jain = shares.Sum() * shares.Sum() / (shares.Length * shares.Sum(static share => share * share)),
            LeastOfMean = shares.Min() / shares.Average(),
            StrangerRefusedShare = stranger.Calls == 0 ? 0 : (double)stranger.Refused / stranger.Calls,
            AfterKillRate = double.IsInfinity(row.KillAt) ? 0 : calls.Count(call => call.End == CallEnd.Served && call.EndedAt >= row.KillAt + 1) / (row.Seconds - row.KillAt - 1),
            OutageFirst = requests.Count(request => IsIn(request.At, row.Outage.From, row.Outage.From + 2)),
            OutageMost = MostInASecond([.. requests.Select(static request => request.At).Where(at => IsIn(at, row.Outage.From + 2, row.Outage.To)).Order()]),
            RecoverySeconds = Recovery(row, calls),
        };
    }

    /// <summary>The median of each figure over the seeds.</summary>
    public static RateLimitOutcome Median(IReadOnlyList<RateLimitOutcome> outcomes) => new()
    {
        GoodputOfIdeal = Middle(outcomes, static o => o.GoodputOfIdeal),
        RefusedShare = Middle(outcomes, static o => o.RefusedShare),
        P99 = Middle(outcomes, static o => o.P99),
        P99OfIdeal = Middle(outcomes, static o => o.P99OfIdeal),
        Failed = (int)Middle(outcomes, static o => o.Failed),
        Jain = Middle(outcomes, static o => o.Jain),
        LeastOfMean = Middle(outcomes, static o => o.LeastOfMean),
        StrangerRefusedShare = Middle(outcomes, static o => o.StrangerRefusedShare),
        AfterKillRate = Middle(outcomes, static o => o.AfterKillRate),
        OutageFirst = (int)Middle(outcomes, static o => o.OutageFirst),
        OutageMost = (int)Middle(outcomes, static o => o.OutageMost),
        RecoverySeconds = Middle(outcomes, static o => o.RecoverySeconds),
    };

    private static double Middle(IReadOnlyList<RateLimitOutcome> outcomes, Func<RateLimitOutcome, double> figure) => Scenarios.Pairs.Median(outcomes.Select(figure));

    private static bool IsServed(FinishedCall call) => call.End == CallEnd.Served && call.EndedAt >= RateLimitRow.WarmUp;

    private static bool IsIn(double at, double from, double to) => at >= from && at < to;

    private static double Goodput(RateLimitRow row, List<FinishedCall> calls) => row.TokenRate > 0 ? calls.Where(IsServed).Sum(static call => (double)call.Tokens) : calls.Count(IsServed);

    /// <summary>Calls that are not finished count with their age; one that failed has no latency.</summary>
    private static double P99Of(List<FinishedCall> calls)
    {
        var latencies = calls.Where(static call => call.End == CallEnd.Unfinished || IsServed(call)).Select(static call => call.EndedAt - call.StartedAt).Order().ToArray();
        return latencies.Length == 0 ? 0 : latencies[(int)(latencies.Length * 0.99)];
    }

    private static int MostInASecond(double[] times)
    {
        var most = 0;
        for (var first = 0; first < times.Length; first++)
            most = Math.Max(most, times.Count(at => IsIn(at, times[first], times[first] + 1)));
        return most;
    }

    private static double Recovery(RateLimitRow row, List<FinishedCall> calls)
    {
        if (row.Outage.To == 0)
            return 0;
        var served = calls.Where(static call => call.End == CallEnd.Served).Select(static call => call.EndedAt).Order().ToArray();
        for (var from = row.Outage.To; from < row.Seconds - 1; from += 0.05)
        {
            // Three seconds, so that a burst does not pass for a rate.
            var to = Math.Min(from + 3, row.Seconds);
            if (served.Count(at => IsIn(at, from, to)) >= 0.9 * row.RequestRate * (to - from))
                return from - row.Outage.To;
        }

        return row.Seconds - row.Outage.To;
    }
}
