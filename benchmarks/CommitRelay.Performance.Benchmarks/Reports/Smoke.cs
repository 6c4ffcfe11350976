using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace CommitRelay.Performance.Benchmarks.Reports;

/// <summary>The short run for CI. Benchmarks ask <see cref="IsOn"/> to take small data.</summary>
internal static class Smoke
{
    public const string Option = "--smoke";

    /// <summary>True in a smoke run, which is always in this process, so that benchmark classes see it.</summary>
    public static bool IsOn { get; private set; }

    /// <summary>File sizes in MB for <c>[ParamsSource]</c>: 200 for figures, 2 in a smoke run.</summary>
    public static int[] Megabytes => IsOn ? [2] : [200];

    public static async Task<int> RunAsync(string[] args)
    {
        IsOn = true;
        var isWhole = !args.Contains("--filter");
        if (isWhole)
            args = [.. args, "--filter", "*"];
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(Smoke).Assembly).Run(args, BenchmarkConfig.Smoke()).ToArray();
        Console.WriteLine($"smoke: {summaries.Sum(static s => s.Reports.Count(static r => r.Success))} benchmarks ran");
        return AllRan(summaries) && (!isWhole || await RateLimits.RateLimitFigures.SmokeAsync()) ? 0 : 1;
    }

    /// <summary>BenchmarkDotNet itself ends with 0 when benchmarks throw.</summary>
    public static bool AllRan(IEnumerable<Summary> summaries) =>
        summaries.All(static s => !s.HasCriticalValidationErrors && s.Reports.Length == s.BenchmarksCases.Length && s.Reports.All(static r => r.Success));
}
