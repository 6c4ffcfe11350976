using System.Reflection;
using CommitRelay.Performance.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace CommitRelay.Performance.Analyzers.Tests;

/// <summary>Every rule of the assembly together, as a user has them.</summary>
internal static class AllRules
{
    public static DiagnosticAnalyzer[] Analyzers { get; } =
        [.. typeof(AppendPerItemAnalyzer).Assembly.GetTypes()
            .Where(static t => t.GetCustomAttribute<DiagnosticAnalyzerAttribute>() is not null)
            .OrderBy(static t => t.Name, StringComparer.Ordinal)
            .Select(static t => (DiagnosticAnalyzer)Activator.CreateInstance(t)!)];

    public static DiagnosticDescriptor[] Descriptors { get; } =
        [.. Analyzers.SelectMany(static a => a.SupportedDiagnostics).DistinctBy(static d => d.Id).OrderBy(static d => d.Id, StringComparer.Ordinal)];

    /// <summary>The rules say what the markup says, and whatever fixes they offer leave code that compiles.</summary>
    public static async Task Check(string markup)
    {
        await Compiled.Check(markup, null, Analyzers);
        TestFileMarkupParser.GetSpans(markup, out var source, out System.Collections.Immutable.ImmutableDictionary<string, System.Collections.Immutable.ImmutableArray<Microsoft.CodeAnalysis.Text.TextSpan>> spans);
        if (spans.Keys.Any(AllFixes.Ids.Contains))
            await Fixed.Apply(source);
    }
}
