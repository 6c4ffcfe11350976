using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using System.Threading.Tasks;
using CommitRelay.Performance.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace CommitRelay.Performance.CodeFixes.Rules;

/// <summary>CRP0012: walks the lines as they are read.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class JsonLinesReadWholeCodeFix : CodeFixProvider
{
    private const string Title = "Read the lines one by one";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Diagnostics.JsonLinesReadWhole.Id];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        foreach (var diagnostic in context.Diagnostics)
        {
            if (root!.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is InvocationExpressionSyntax read && Loop(read) is { } loop)
                context.RegisterCodeFix(CodeAction.Create(Title, _ => Task.FromResult(context.Document.WithSyntaxRoot(Apply(root, read, loop))), nameof(JsonLinesReadWholeCodeFix)), diagnostic);
        }
    }

    /// <summary>The loop that walks the lines. The file stays open in it, so that its body must leave files alone.</summary>
    private static ForEachStatementSyntax? Loop(InvocationExpressionSyntax read)
    {
        ExpressionSyntax expression = read;
        while (expression.Parent is AwaitExpressionSyntax or MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait" } or InvocationExpressionSyntax)
            expression = (ExpressionSyntax)expression.Parent;
        return expression.Parent is ForEachStatementSyntax loop && loop.Expression == expression
            && !loop.Statement.DescendantTokens().Any(static t => t.ValueText is "File" or "Directory" or "FileStream" or "StreamWriter" or "FileInfo")
            ? loop
            : null;
    }

    private static SyntaxNode Apply(SyntaxNode root, InvocationExpressionSyntax read, ForEachStatementSyntax loop)
    {
        var access = (MemberAccessExpressionSyntax)read.Expression;
        var isAsync = access.Name.Identifier.ValueText.EndsWith("Async", System.StringComparison.Ordinal);
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
