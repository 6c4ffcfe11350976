using System;
using System.Threading;
using System.Threading.Tasks;
using CommitRelay.Performance.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CommitRelay.Performance.CodeFixes;

/// <summary>A fix that rewrites the call a rule speaks of, in its own document; offered only where that keeps what the code does.</summary>
public abstract class RuleFix : CodeFixProvider
{
    /// <summary>What the fix does, in words.</summary>
    private protected abstract string Title { get; }

    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        foreach (var diagnostic in context.Diagnostics)
        {
            if (!diagnostic.Properties.ContainsKey(Diagnostics.NoFix)
                && root!.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is InvocationExpressionSyntax call
                && Rewrite(call, model!, context.CancellationToken) is { } rewrite)
            {
                context.RegisterCodeFix(CodeAction.Create(Title, _ => Task.FromResult(context.Document.WithSyntaxRoot(rewrite(root))), GetType().Name), diagnostic);
            }
        }
    }

    /// <summary>What is to be done to the document's root; null where the fix would change what the code does.</summary>
    private protected abstract Func<SyntaxNode, SyntaxNode>? Rewrite(InvocationExpressionSyntax call, SemanticModel model, CancellationToken cancellationToken);

    /// <summary>A call with the <c>ConfigureAwait</c> and the <c>await</c> around it.</summary>
    private protected static ExpressionSyntax WithAwait(InvocationExpressionSyntax call)
    {
        ExpressionSyntax expression = call;
        while (expression.Parent is AwaitExpressionSyntax or MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait" } or InvocationExpressionSyntax)
            expression = (ExpressionSyntax)expression.Parent;
        return expression;
    }
}
