using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using CommitRelay.Performance.Benchmarks.Columns;

namespace CommitRelay.Performance.Benchmarks.Reports;

/// <summary>
/// <c>table [--check]</c>: writes the measured tables into README.md and docs/rate-limits.md, between their marks, from the results in benchmarks/results.
/// Nobody edits a table by hand; with <c>--check</c> nothing is written and a difference is exit code 1.
/// </summary>
internal static class MeasuredTable
{
    public const string Begin = "<!-- measured: begin (written by `benchmarks -- table`) -->";
    public const string End = "<!-- measured: end -->";

    /// <summary>The files that hold a table, from the repository's root, and what writes it from the folder of results.</summary>
    public static IReadOnlyDictionary<string, Func<string, string>> Files { get; } = new Dictionary<string, Func<string, string>>
    {
        ["README.md"] = Render,
        ["docs/rate-limits.md"] = RateLimits.RateLimitTable.Render,
    };

    public static async Task<int> WriteAsync(string[] args)
    {
        var different = 0;
        foreach (var (file, render) in Files)
        {
            var path = Path.Combine(MeasuredResults.Root, file);
            var before = await File.ReadAllTextAsync(path);
            var after = Replace(before, render(MeasuredResults.Folder));
            if (before == after)
                continue;
            different++;
            if (args.Contains("--check"))
                await Console.Error.WriteLineAsync($"{path}: the measured table is not what the results in {MeasuredResults.Folder} say.");
            else
                await File.WriteAllTextAsync(path, after);
        }

        return different > 0 && args.Contains("--check") ? 1 : 0;
    }

    /// <summary>The text with what stands between the marks replaced.</summary>
    public static string Replace(string text, string table)
    {
        var begin = text.IndexOf(Begin, StringComparison.Ordinal);
        var end = text.IndexOf(End, StringComparison.Ordinal);
        return begin >= 0 && end > begin
            ? string.Concat(text.AsSpan(0, begin + Begin.Length), "\n", table, text.AsSpan(end))
            : throw new InvalidOperationException($"A file with a measured table must hold the lines {Begin} and {End}.");
    }

    /// <summary>One Markdown table a processor: a block of rows a benchmark class, its baseline first.</summary>
    public static string Render(string resultsFolder)
    {
        var text = new StringBuilder();
        var folders = Directory.Exists(resultsFolder) ? Directory.GetDirectories(resultsFolder) : [];
        foreach (var folder in folders.Order(StringComparer.Ordinal))
        {
            var versions = File.ReadAllLines(Path.Combine(folder, "Versions.txt"));
            text.Append(CultureInfo.InvariantCulture, $"{Line(versions, "cpu")}; {Line(versions, "os")}; {Line(versions, "runtime")}\n\n");
            text.Append("| what | how | throughput | against the baseline | allocated |\n|---|---|--:|--:|--:|\n");
            foreach (var file in Directory.GetFiles(folder, "*" + MeasuredResults.Suffix).Order(StringComparer.Ordinal))
                AppendClass(text, file);
            text.Append('\n');
        }

        return text.ToString();
    }

    private static string Line(string[] versions, string key) => versions.First(l => l.StartsWith(key, StringComparison.Ordinal))[key.Length..].Trim();

    private static void AppendClass(StringBuilder text, string file)
    {
        using var report = JsonDocument.Parse(File.ReadAllBytes(file));
        var rows = report.RootElement.GetProperty("Benchmarks").EnumerateArray().Select(Row.Read).OfType<Row>().ToArray();
        foreach (var group in rows.GroupBy(static r => r.Parameters))
        {
            var baseline = group.FirstOrDefault(static r => r.IsBaseline);
            foreach (var row in group.OrderByDescending(static r => r.IsBaseline).ThenBy(static r => r.Rate))
                text.Append(CultureInfo.InvariantCulture, $"| {row.Title}{(row.Parameters.Length > 0 ? " (" + row.Parameters + ")" : "")} | {row.How} | {row.Rate:N0} {row.Unit} | {Ratio(row, baseline)} | {row.Allocated} |\n");
        }
    }

    private static string Ratio(Row row, Row? baseline) =>
        baseline is null || row.IsBaseline ? "baseline" : (row.Rate / baseline.Rate).ToString("0.0", CultureInfo.InvariantCulture) + " x";

    /// <summary>A benchmark of a report, with what its class says about itself.</summary>
    private sealed record Row(string Title, string How, string Parameters, double Rate, string Unit, bool IsBaseline, string Allocated)
    {
        public static Row? Read(JsonElement benchmark)
        {
            var type = typeof(Row).Assembly.GetType(benchmark.GetProperty("Namespace").GetString() + "." + benchmark.GetProperty("Type").GetString());
            var method = type?.GetMethod(benchmark.GetProperty("Method").GetString()!);
            if (type is null || method is null || benchmark.GetProperty("Statistics") is not { ValueKind: JsonValueKind.Object } statistics)
                return null;
            var parameters = benchmark.GetProperty(nameof(Parameters)).GetString()!;
            var (rate, unit) = RateOf(type, parameters, statistics.GetProperty("Mean").GetDouble());
            var attribute = method.GetCustomAttribute<BenchmarkDotNet.Attributes.BenchmarkAttribute>();
            return new Row(TitleOf(type), attribute?.Description ?? method.Name, parameters.Replace("&", ", ", StringComparison.Ordinal), rate, unit, attribute?.Baseline == true, AllocatedOf(benchmark));
        }

        private static (double Rate, string Unit) RateOf(Type type, string parameters, double meanNanoseconds)
        {
            if (type.GetCustomAttribute<ItemsAttribute>() is { } items)
                return (1e9 / meanNanoseconds, items.Plural + "/s");
            var size = parameters.Split('&').Select(static p => p.Split('=')).FirstOrDefault(static p => p[0] == RateColumn.SizeParameter);
            return size is null
                ? (1e9 / meanNanoseconds, "calls/s")
                : (double.Parse(size[1], CultureInfo.InvariantCulture) * 1e9 / meanNanoseconds, "MB/s");
        }

        private static string TitleOf(Type type) =>
            type.GetCustomAttribute<System.ComponentModel.DescriptionAttribute>()?.Description ?? type.Name;

        private static string AllocatedOf(JsonElement benchmark)
        {
            if (!benchmark.TryGetProperty("Memory", out var memory) || memory.ValueKind != JsonValueKind.Object)
                return "-";
            var bytes = memory.GetProperty("BytesAllocatedPerOperation").GetDouble();
            return bytes switch
            {
                >= 1e6 => (bytes / 1e6).ToString("N0", CultureInfo.InvariantCulture) + " MB",
                >= 1e3 => (bytes / 1e3).ToString("N0", CultureInfo.InvariantCulture) + " kB",
                _ => bytes.ToString("N0", CultureInfo.InvariantCulture) + " B",
            };
        }
    }
}
