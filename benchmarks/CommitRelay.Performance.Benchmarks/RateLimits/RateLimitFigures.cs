using System.Globalization;
using CommitRelay.Performance.Benchmarks.Reports;

namespace CommitRelay.Performance.Benchmarks.RateLimits;

/// <summary>
/// <c>rate-limits [--rows NAME,…] [--with NAME,…] [--seconds 60] [--seeds 1,2,3]</c>: sixteen processes of four callers on one key of a server
/// process, for each row and contender; figures to BenchmarkDotNet.Artifacts/results, where those of earlier runs stay. Without options: ours
/// in all rows, the peers in the first.
/// </summary>
internal static class RateLimitFigures
{
    public const string Verb = "rate-limits";

    /// <summary>Runs side by side: two cores carry two, a third one's timers come late.</summary>
    private const int AtOnce = 2;

    public static async Task<int> RunAsync(string[] args)
    {
        switch (args)
        {
            case [RateLimitRun.ServerPart, var row, var seconds, var seed]:
                return await RateLimitServer.RunAsync(Row(row, seconds), Int(seed));
            case [RateLimitRun.ClientPart, var row, var seconds, var seed, var process, var contender, var port, var scope]:
                return await RateLimitClient.RunAsync(Row(row, seconds), Int(process), Int(seed), contender, Int(port), scope);
        }

        var measured = double.Parse(Scenarios.Options.Of(args, "--seconds") ?? "60", CultureInfo.InvariantCulture);
        var rows = RateLimitRow.All(measured);
        var names = Scenarios.Options.Of(args, "--rows")?.Split(',') ?? [.. rows.Select(static row => row.Name)];
        var with = Scenarios.Options.Of(args, "--with")?.Split(',');
        var seeds = (Scenarios.Options.Of(args, "--seeds") ?? "1,2,3").Split(',').Select(Int).ToArray();
        if (names.Except(rows.Select(static row => row.Name)).Concat((with ?? []).Except(Contenders.All.Keys)).FirstOrDefault() is { } unknown)
        {
            await Console.Error.WriteLineAsync($"Unknown: {unknown}. Rows: {string.Join(", ", rows.Select(static row => row.Name))}. With: {string.Join(", ", Contenders.All.Keys)}.");
            return 2;
        }

        var jobs =
            from row in rows.Where(row => names.Contains(row.Name))
            from contender in with ?? (row == rows[0] ? Contenders.All.Keys : [Contenders.Ours])
            from seed in seeds
            select new Job(row, contender, seed);
        foreach (var sideBySide in jobs.Chunk(AtOnce))
            await MeasureAsync(sideBySide, measured);
        return 0;
    }

    /// <summary>The shortest run that goes through all parts, for CI: it says nothing about the figures.</summary>
    public static async Task<bool> SmokeAsync()
    {
        const double measured = 1;
        using var run = await RateLimitRun.StartAsync(RateLimitRow.All(measured)[0], measured, Contenders.Ours, 1);
        var outcome = await run.MeasureAsync();
        Console.WriteLine($"rate-limits: goodput {outcome.GoodputOfIdeal:F2} of ideal, {outcome.Failed} failed");
        return outcome is { GoodputOfIdeal: > 0, Failed: 0 };
    }

    private static async Task MeasureAsync(Job[] jobs, double measured)
    {
        var runs = new List<RateLimitRun>();
        try
        {
            foreach (var job in jobs)
                runs.Add(await RateLimitRun.StartAsync(job.Row, measured, job.Contender, job.Seed));
            var outcomes = await Task.WhenAll(runs.Select(static run => run.MeasureAsync()));
            foreach (var (job, outcome) in jobs.Zip(outcomes))
            {
                RateLimitResults.Add(job.Row, job.Contender, job.Seed, measured, outcome);
                Console.WriteLine(Line(job, outcome));
            }
        }
        finally
        {
            runs.ForEach(static run => run.Dispose());
        }
    }

    private static string Line(Job job, RateLimitOutcome outcome) => string.Create(CultureInfo.InvariantCulture,
        $"{job.Row.Name,-17} {job.Contender,-12} {job.Seed}  goodput {outcome.GoodputOfIdeal,5:F3}  429s {outcome.RefusedShare,6:P2}  p99 {outcome.P99,5:F2} s = {outcome.P99OfIdeal,5:F2} x  failed {outcome.Failed}  Jain {outcome.Jain:F3}  least {outcome.LeastOfMean:F2}  {RateLimitTable.Also(job.Row, outcome)}");

    private sealed record Job(RateLimitRow Row, string Contender, int Seed);

    private static RateLimitRow Row(string name, string seconds) => RateLimitRow.All(double.Parse(seconds, CultureInfo.InvariantCulture)).First(row => row.Name == name);

    private static int Int(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
