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
using Microsoft.CodeAnalysis.Formatting;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace CommitRelay.Performance.CodeFixes.Rules;

/// <summary>CRP0020, CRP0021 and CRP0022: writes a temporary file beside the target and moves it over.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class AtomicReplaceCodeFix : RuleFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } =
        [Diagnostics.UnguardedChange.Id, Diagnostics.OverwrittenInPlace.Id, Diagnostics.UnguardedChangeInHotRegion.Id];

    private protected override string Title => "Write a temporary file and move it over";

    private protected override Func<SyntaxNode, SyntaxNode>? Rewrite(InvocationExpressionSyntax call, SemanticModel model, CancellationToken cancellationToken)
        => Place(call) is { } place ? root => Apply(root, call, place) : null;

    /// <summary>The statement, or the arrow body of a method without result, that is the write and nothing else.</summary>
    private static SyntaxNode? Place(InvocationExpressionSyntax write)
    {
        if (write.Expression is not MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name } || !name.StartsWith("WriteAll", StringComparison.Ordinal) || !IsSteady(write.ArgumentList.Arguments[0]))
            return null;
        var expression = WithAwait(write);
        // A task that is returned, not awaited, leaves no place for the move.
        if (name.EndsWith("Async", StringComparison.Ordinal) != expression is AwaitExpressionSyntax)
            return null;
        return expression.Parent switch
        {
            ExpressionStatementSyntax { Parent: BlockSyntax or IfStatementSyntax or ElseClauseSyntax or ForEachStatementSyntax or ForStatementSyntax or WhileStatementSyntax } statement => statement,
            ArrowExpressionClauseSyntax { Parent: MethodDeclarationSyntax method } => method,
            _ => null,
        };
    }

    /// <summary>The path is written twice more: it must be no call whose second answer may differ.</summary>
    private static bool IsSteady(ArgumentSyntax path) =>
        path.NameColon is null && !path.Expression.DescendantNodesAndSelf().Any(static n => n is InvocationExpressionSyntax or AssignmentExpressionSyntax or PostfixUnaryExpressionSyntax or ObjectCreationExpressionSyntax);

    private static SyntaxNode Apply(SyntaxNode root, InvocationExpressionSyntax write, SyntaxNode place)
    {
        var path = write.ArgumentList.Arguments[0].Expression.WithoutTrivia();
        var target = path is IdentifierNameSyntax or MemberAccessExpressionSyntax or LiteralExpressionSyntax or ThisExpressionSyntax ? path.ToString() : $"({path})";
        var temporary = ParseExpression($"{target} + \".tmp\"");
        var file = ((MemberAccessExpressionSyntax)write.Expression).Expression.WithoutTrivia();
        var move = ParseStatement($"{file}.Move({target} + \".tmp\", {path}, overwrite: true);");
        var toTemporary = write.ReplaceNode(write.ArgumentList.Arguments[0].Expression, temporary);
        if (place is MethodDeclarationSyntax method)
        {
            var first = ExpressionStatement(method.ExpressionBody!.Expression.ReplaceNode(write, toTemporary));
            var body = Block(first.WithTrailingTrivia(ElasticCarriageReturnLineFeed), move);
            return root.ReplaceNode(method, method.WithExpressionBody(null).WithSemicolonToken(default).WithBody(body).WithTrailingTrivia(method.GetTrailingTrivia()).WithAdditionalAnnotations(Formatter.Annotation));
        }

        var old = (ExpressionStatementSyntax)place;
        StatementSyntax[] both =
        [
            old.ReplaceNode(write, toTemporary).WithTrailingTrivia(ElasticCarriageReturnLineFeed),
            move.WithTrailingTrivia(old.GetTrailingTrivia()).WithAdditionalAnnotations(Formatter.Annotation),
        ];
        return old.Parent is BlockSyntax
            ? root.ReplaceNode(old, both)
            : root.ReplaceNode(old, Block(both).WithAdditionalAnnotations(Formatter.Annotation));
    }
}
