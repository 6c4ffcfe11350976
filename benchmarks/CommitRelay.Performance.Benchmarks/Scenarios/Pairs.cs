using System.Diagnostics;

namespace CommitRelay.Performance.Benchmarks.Scenarios;

/// <summary>Measures two pieces of work in alternation, so that both meet the same machine: the ratio is the median of the pairs' ratios.</summary>
internal static class Pairs
{
    /// <summary>Pairs a figure; fewer for a quick look.</summary>
    public static int Count { get; set; } = 20;

    public readonly record struct Result(double OursMilliseconds, double PeerMilliseconds, double Ratio);

    /// <param name="ours">Ours.</param>
    /// <param name="peer">What ours is compared with.</param>
    /// <param name="pairs">How many pairs; null for <see cref="Count"/>.</param>
    /// <returns>Ratio: how many times faster ours is.</returns>
    public static Result Measure(Action ours, Action peer, int? pairs = null)
    {
        for (var i = 0; i < 3; i++)
        {
            ours();
            peer();
        }

        var times = new (double Ours, double Peer)[Math.Min(pairs ?? Count, Count)];
        for (var i = 0; i < times.Length; i++)
        {
            if (i % 2 == 0)
                times[i] = (Time(ours), Time(peer));
            else
                times[i] = (Time(peer), Time(ours)) is var (p, o) ? (o, p) : default;
        }

        return new Result(Median(times.Select(t => t.Ours)), Median(times.Select(t => t.Peer)), Median(times.Select(t => t.Peer / t.Ours)));
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    private static double Time(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
