using System;
using System.Collections.Immutable;
using System.Composition;
using System.Threading;
using CommitRelay.Performance.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CommitRelay.Performance.CodeFixes.Rules;

/// <summary>CRP0010 and CRP0014: hands the file's stream to the parser of System.Text.Json.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class WholeFileJsonCodeFix : RuleFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Diagnostics.WholeFileJsonInWorker.Id, Diagnostics.WholeFileJson.Id];

    private protected override string Title => "Parse from the file's stream (UTF-8)";

    private protected override Func<SyntaxNode, SyntaxNode>? Rewrite(InvocationExpressionSyntax call, SemanticModel model, CancellationToken cancellationToken)
        => StreamedParse.From(call, model, cancellationToken) is { } streamed ? streamed.Apply : null;
}
