using BenchmarkDotNet.Running;
using CommitRelay.Performance.Benchmarks.Reports;

namespace CommitRelay.Performance.Benchmarks;

/// <summary>
/// Three doors: a verb runs a whole-process scenario or writes a report; <c>--smoke</c> runs every benchmark once on small data;
/// anything else goes to BenchmarkDotNet (<c>--filter '*QueueRead*'</c>, <c>--list flat</c>, …).
/// </summary>
internal static class Program
{
    /// <summary>What is no BenchmarkDotNet class: each capability adds the verbs of its own file under Scenarios/.</summary>
    private static readonly SortedDictionary<string, Func<string[], Task<int>>> Verbs = new(StringComparer.Ordinal)
    {
        ["claim-figures"] = Scenarios.ClaimFigures.RunAsync,
        ["edit-figures"] = Scenarios.EditFigures.RunAsync,
        ["queue-figures"] = Scenarios.QueueFigures.RunAsync,
        ["process-figures"] = Scenarios.ProcessFigures.RunAsync,
        ["event-figures"] = Scenarios.EventFigures.RunAsync,
        [RateLimits.RateLimitFigures.Verb] = RateLimits.RateLimitFigures.RunAsync,
        ["home-figures"] = Scenarios.HomeFigures.RunAsync,
        ["make-home"] = Scenarios.HomeMaker.RunAsync,
        ["monitor-figures"] = Scenarios.MonitorFigures.RunAsync,
        ["probe-figures"] = Scenarios.ProbeFigures.RunAsync,
        ["record"] = MeasuredResults.RecordAsync,
        ["table"] = MeasuredTable.WriteAsync,
    };

    private static async Task<int> Main(string[] args)
    {
        if (args.Length > 0 && Verbs.TryGetValue(args[0], out var verb))
            return await verb(args[1..]);
        if (args.Length > 0 && !args[0].StartsWith('-'))
        {
            await Console.Error.WriteLineAsync($"Unknown verb '{args[0]}'. Verbs: {string.Join(", ", Verbs.Keys)}; or options of BenchmarkDotNet; or --smoke.");
            return 2;
        }

        return args.Contains(Smoke.Option) ? await Smoke.RunAsync([.. args.Where(static a => a != Smoke.Option)]) : Measure(args);
    }

    private static int Measure(string[] args)
    {
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, BenchmarkConfig.Measure());
        return Smoke.AllRan(summaries) ? 0 : 1;
    }
}
