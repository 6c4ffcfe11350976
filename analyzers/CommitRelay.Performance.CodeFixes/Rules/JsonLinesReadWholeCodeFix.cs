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
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace CommitRelay.Performance.CodeFixes.Rules;

/// <summary>CRP0012: walks the lines as they are read.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class JsonLinesReadWholeCodeFix : RuleFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Diagnostics.JsonLinesReadWhole.Id];

    private protected override string Title => "Read the lines one by one";

    private protected override Func<SyntaxNode, SyntaxNode>? Rewrite(InvocationExpressionSyntax call, SemanticModel model, CancellationToken cancellationToken)
        => Loop(call) is { } loop ? root => Apply(root, call, loop) : null;

    /// <summary>The loop that walks the lines. The file stays open in it, so that its body must leave files alone.</summary>
    private static ForEachStatementSyntax? Loop(InvocationExpressionSyntax read)
    {
        var expression = WithAwait(read);
        return expression.Parent is ForEachStatementSyntax loop && loop.Expression == expression
            && !loop.Statement.DescendantTokens().Any(static t => t.ValueText is "File" or "Directory" or "FileStream" or "StreamWriter" or "FileInfo")
            ? loop
            : null;
    }

    private static SyntaxNode Apply(SyntaxNode root, InvocationExpressionSyntax read, ForEachStatementSyntax loop)
    {
        var access = (MemberAccessExpressionSyntax)read.Expression;
        var isAsync = access.Name.Identifier.ValueText.EndsWith("Async", StringComparison.Ordinal);
        var lines = read.WithExpression(access.WithName(IdentifierName(isAsync ? "ReadLinesAsync" : "ReadLines")));
        if (!isAsync)
            return root.ReplaceNode(read, lines);
        var walked = read.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax configured } ? (ExpressionSyntax)configured.ReplaceNode(read, lines) : lines;
        var streaming = loop.WithExpression(walked.WithTriviaFrom(loop.Expression))
            .WithAwaitKeyword(Token(SyntaxKind.AwaitKeyword).WithLeadingTrivia(loop.ForEachKeyword.LeadingTrivia).WithTrailingTrivia(Space))
            .WithForEachKeyword(loop.ForEachKeyword.WithLeadingTrivia());
        return root.ReplaceNode(loop, streaming);
    }
}
