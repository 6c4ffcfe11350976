using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using CommitRelay.Performance.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CommitRelay.Performance.CodeFixes.Rules;

/// <summary>CRP0001: opens the file at the first item, keeps it open for the loop, and flushes after each item as before.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class AppendPerItemCodeFix : CodeFixProvider
{
    private const string Title = "Keep the file open for the whole loop, flush after each item";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Diagnostics.AppendPerItem.Id];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        foreach (var diagnostic in context.Diagnostics)
        {
            if (diagnostic.Properties.ContainsKey(Diagnostics.NoFix))
                continue;
            var node = root!.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
            if (node is InvocationExpressionSyntax call && HoistedAppend.From(call, model!, context.CancellationToken) is { } hoisted)
            {
                context.RegisterCodeFix(
                    CodeAction.Create(Title, _ => Task.FromResult(context.Document.WithSyntaxRoot(hoisted.Apply(root))), nameof(AppendPerItemCodeFix)),
                    diagnostic);
            }
        }
    }
}
