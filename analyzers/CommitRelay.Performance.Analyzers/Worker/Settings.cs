using System;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CommitRelay.Performance.Analyzers.Worker;

/// <summary>What a user sets in .editorconfig.</summary>
internal static class Settings
{
    public const string HotPeriodKey = "commitrelay.hot_period_ms";
    public const string QuietBuildToolsKey = "commitrelay.quiet_build_tools";
    public const double DefaultHotPeriod = 1000;

    /// <summary>A loop that waits this many milliseconds or more in each turn is not hot.</summary>
    public static double HotPeriod(AnalyzerOptions options, IOperation operation) =>
        options.AnalyzerConfigOptionsProvider.GetOptions(operation.Syntax.SyntaxTree).TryGetValue(HotPeriodKey, out var text)
        && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value > 0
            ? value
            : DefaultHotPeriod;

    /// <summary>A console project that is not packed is taken for a build tool when the user asks for it.</summary>
    public static bool IsQuietBuildTool(AnalyzerOptions options)
    {
        var global = options.AnalyzerConfigOptionsProvider.GlobalOptions;
        return Is(global, QuietBuildToolsKey, "true") && Is(global, "build_property.IsPackable", "false") && Is(global, "build_property.OutputType", "Exe");
    }

    private static bool Is(AnalyzerConfigOptions options, string key, string expected) =>
        options.TryGetValue(key, out var value) && string.Equals(value, expected, StringComparison.OrdinalIgnoreCase);
}
