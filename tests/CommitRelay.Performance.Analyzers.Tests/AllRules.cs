using System.Reflection;
using CommitRelay.Performance.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

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

    public static Task Check(string markup) => Compiled.Check(markup, null, Analyzers);
}
