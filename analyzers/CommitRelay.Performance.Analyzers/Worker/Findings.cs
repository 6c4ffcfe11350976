using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace CommitRelay.Performance.Analyzers.Worker;

/// <summary>Makes a diagnostic of a finding.</summary>
internal static class Findings
{
    /// <summary>The documentation id of the member, by which the baseline target suppresses today's findings.</summary>
    public const string Member = nameof(Member);

    public static Diagnostic Create(DiagnosticDescriptor rule, IOperation place, TypeModel model, ImmutableDictionary<string, string?> properties, params object[] arguments)
    {
        var owner = model.Owner(place);
        var member = owner is IMethodSymbol { AssociatedSymbol: { } property } ? property : owner;
        if (member?.GetDocumentationCommentId() is { } id)
            properties = properties.Add(Member, id);
        return Diagnostic.Create(rule, place.Syntax.GetLocation(), properties, arguments);
    }

    public static Diagnostic Create(DiagnosticDescriptor rule, IOperation place, TypeModel model, params object[] arguments) =>
        Create(rule, place, model, ImmutableDictionary<string, string?>.Empty, arguments);
}
