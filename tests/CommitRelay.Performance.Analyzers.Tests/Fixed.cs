using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;

namespace CommitRelay.Performance.Analyzers.Tests;

/// <summary>Applies every fix that is offered, one after another, until none is left.</summary>
internal static class Fixed
{
    private const int MaxFixes = 40;

    /// <summary>The code after all fixes; it compiles, or the test fails.</summary>
    public static async Task<string> Apply(string source, string? editorConfig = null)
    {
        using var workspace = new AdhocWorkspace();
        var compiled = Compiled.Compile(source);
        var project = workspace.AddProject(ProjectInfo.Create(
            ProjectId.CreateNewId(), VersionStamp.Default, "Test", "Test", LanguageNames.CSharp,
            compilationOptions: compiled.Options, metadataReferences: References.All));
        project = project.AddDocument("Usings.cs", References.Usings).Project;
        var document = project.AddDocument("Test.cs", source);
        for (var count = 0; count < MaxFixes; count++)
        {
            if (await Next(document, editorConfig) is not { } next)
                break;
            document = next;
        }

        var text = (await document.GetTextAsync()).ToString();
        var errors = (await document.Project.GetCompilationAsync())!.GetDiagnostics().Where(static d => d.Severity == DiagnosticSeverity.Error).ToList();
        Assert.True(errors.Count == 0, $"{string.Join('\n', errors)}\n{text}");
        return text;
    }

    private static async Task<Document?> Next(Document document, string? editorConfig)
    {
        var compilation = (CSharpCompilation)(await document.Project.GetCompilationAsync())!;
        foreach (var finding in await Compiled.Findings(compilation, editorConfig, AllRules.Analyzers))
        {
            foreach (var provider in AllFixes.Providers.Where(p => p.FixableDiagnosticIds.Contains(finding.Id)))
            {
                var actions = ImmutableArray.CreateBuilder<CodeAction>();
                await provider.RegisterCodeFixesAsync(new CodeFixContext(document, finding, (action, _) => actions.Add(action), CancellationToken.None));
                if (actions.Count == 0)
                    continue;
                var operations = await actions[0].GetOperationsAsync(CancellationToken.None);
                return operations.OfType<ApplyChangesOperation>().Single().ChangedSolution.GetDocument(document.Id);
            }
        }

        return null;
    }
}
