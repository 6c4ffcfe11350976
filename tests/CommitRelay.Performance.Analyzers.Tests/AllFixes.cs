using CommitRelay.Performance.CodeFixes.Rules;
using Microsoft.CodeAnalysis.CodeFixes;

namespace CommitRelay.Performance.Analyzers.Tests;

/// <summary>Every fix of the assembly.</summary>
internal static class AllFixes
{
    public static CodeFixProvider[] Providers { get; } =
        [.. typeof(AppendPerItemCodeFix).Assembly.GetTypes()
            .Where(static t => t is { IsAbstract: false } && t.IsSubclassOf(typeof(CodeFixProvider)))
            .OrderBy(static t => t.Name, StringComparer.Ordinal)
            .Select(static t => (CodeFixProvider)Activator.CreateInstance(t)!)];

    public static HashSet<string> Ids { get; } = [.. Providers.SelectMany(static p => p.FixableDiagnosticIds)];
}
