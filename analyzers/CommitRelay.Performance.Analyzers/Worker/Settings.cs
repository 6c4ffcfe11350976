using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CommitRelay.Performance.Analyzers.Worker;

/// <summary>What a user sets in .editorconfig.</summary>
internal static class Settings
{
    public const string HotPeriodKey = "commitrelay.hot_period_ms";
    public const double DefaultHotPeriod = 1000;

    /// <summary>A loop that waits this many milliseconds or more in each turn is not hot.</summary>
    public static double HotPeriod(AnalyzerOptions options, IOperation operation) =>
        options.AnalyzerConfigOptionsProvider.GetOptions(operation.Syntax.SyntaxTree).TryGetValue(HotPeriodKey, out var text)
        && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value > 0
            ? value
            : DefaultHotPeriod;
}
