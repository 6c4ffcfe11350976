using System;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using System.Threading;
using CommitRelay.Performance.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CommitRelay.Performance.CodeFixes.Rules;

/// <summary>CRP0001: opens the file at the first item, keeps it open for the loop, and flushes after each item as before.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class AppendPerItemCodeFix : RuleFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Diagnostics.AppendPerItem.Id];

    private protected override string Title => "Keep the file open for the whole loop, flush after each item";

    private protected override Func<SyntaxNode, SyntaxNode>? Rewrite(InvocationExpressionSyntax call, SemanticModel model, CancellationToken cancellationToken)
        => HoistedAppend.From(call, model, cancellationToken) is { } hoisted ? hoisted.Apply : null;
}
