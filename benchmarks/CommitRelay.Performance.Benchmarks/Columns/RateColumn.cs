using System.Globalization;
using System.Reflection;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace CommitRelay.Performance.Benchmarks.Columns;

/// <summary>
/// Throughput in the user's unit beside the ratio. MB/s (10⁶ bytes) appears where a class has a parameter <c>Megabytes</c>, the size of what one
/// operation reads; items per second where it carries <see cref="ItemsAttribute"/>.
/// </summary>
internal sealed class RateColumn : IColumn
{
    public const string SizeParameter = "Megabytes";

    public static RateColumn MegabytesPerSecond { get; } = new("MB/s", static c => Convert.ToDouble(c.Parameters[SizeParameter], CultureInfo.InvariantCulture));

    public static RateColumn ItemsPerSecond { get; } = new("items/s", static c => Items(c) is null ? 0 : 1);

    private readonly Func<BenchmarkCase, double> _amountPerOperation;

    private RateColumn(string unit, Func<BenchmarkCase, double> amountPerOperation)
    {
        ColumnName = unit;
        _amountPerOperation = amountPerOperation;
    }

    public string Id => nameof(RateColumn) + "." + ColumnName;

    public string ColumnName { get; }

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => "Throughput: amount of one operation / mean time (1 MB = 1,000,000 bytes)";

    public bool IsAvailable(Summary summary) => summary.BenchmarksCases.Any(c => _amountPerOperation(c) > 0);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
    {
        var amount = _amountPerOperation(benchmarkCase);
        if (amount <= 0 || summary[benchmarkCase]?.ResultStatistics is not { } statistics)
            return "-";
        var rate = (amount * 1e9 / statistics.Mean).ToString("N0", CultureInfo.InvariantCulture);
        return Items(benchmarkCase) is { } items && this == ItemsPerSecond ? $"{rate} {items}" : rate;
    }

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    private static string? Items(BenchmarkCase benchmarkCase) => benchmarkCase.Descriptor.Type.GetCustomAttribute<ItemsAttribute>()?.Plural;
}
