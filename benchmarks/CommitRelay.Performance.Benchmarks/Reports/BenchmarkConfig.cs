using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters.Json;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using CommitRelay.Performance.Benchmarks.Columns;

namespace CommitRelay.Performance.Benchmarks.Reports;

/// <summary>How benchmarks run and what they leave behind: the user's unit beside the ratio, and JSON from which tables are written.</summary>
internal static class BenchmarkConfig
{
    /// <summary>For figures: a process of its own for each benchmark, 3 warm-ups and 15 iterations; options of the command line win.</summary>
    public static IConfig Measure() => Common().AddJob(Job.Default.WithWarmupCount(3).WithIterationCount(15).AsDefault());

    /// <summary>For CI: every benchmark once in this process. Shows that it runs, says nothing about speed.</summary>
    public static IConfig Smoke() => Common().AddJob(Job.Dry.WithToolchain(InProcessEmitToolchain.Instance));

    private static ManualConfig Common() => ManualConfig.Create(DefaultConfig.Instance)
        .AddColumn(RateColumn.MegabytesPerSecond, RateColumn.ItemsPerSecond)
        .AddExporter(JsonExporter.Brief);
}
