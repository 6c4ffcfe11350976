using System.Collections.Immutable;
using System.Composition;
using System.Threading.Tasks;
using CommitRelay.Performance.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CommitRelay.Performance.CodeFixes.Rules;

/// <summary>CRP0010 and CRP0014: hands the file's stream to the parser of System.Text.Json.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class WholeFileJsonCodeFix : CodeFixProvider
{
    private const string Title = "Parse from the file's stream (UTF-8)";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Diagnostics.WholeFileJsonInWorker.Id, Diagnostics.WholeFileJson.Id];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        foreach (var diagnostic in context.Diagnostics)
        {
            if (root!.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is InvocationExpressionSyntax read
                && StreamedParse.From(read, model!, context.CancellationToken) is { } streamed)
            {
                context.RegisterCodeFix(
                    CodeAction.Create(Title, _ => Task.FromResult(context.Document.WithSyntaxRoot(streamed.Apply(root))), nameof(WholeFileJsonCodeFix)),
                    diagnostic);
            }
        }
    }
}
