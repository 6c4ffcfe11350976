using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;
using Microsoft.CodeAnalysis.Text;

namespace CommitRelay.Performance.Analyzers.Tests;

/// <summary>Compiles code and lets rules judge it, without a workspace: a few milliseconds a case.</summary>
internal static class Compiled
{
    private static readonly SyntaxTree Usings = CSharpSyntaxTree.ParseText(References.Usings, path: "Usings.cs");

    public static CSharpCompilation Compile(string source, OutputKind kind = OutputKind.DynamicallyLinkedLibrary, string path = "Test.cs") => CSharpCompilation.Create(
        "Test",
        [CSharpSyntaxTree.ParseText(source, path: path), Usings],
        References.All,
        new CSharpCompilationOptions(kind, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true));

    /// <summary>Every finding of the rules, in source order; an exception in a rule is one too (AD0001).</summary>
    public static async Task<IReadOnlyList<Diagnostic>> Findings(Compilation compilation, string? editorConfig, params DiagnosticAnalyzer[] rules)
    {
        var options = new AnalyzerOptions([], new Options(editorConfig));
        var found = await compilation.WithAnalyzers([.. rules], options).GetAnalyzerDiagnosticsAsync();
        return [.. found.OrderBy(static d => d.Location.SourceSpan.Start).ThenBy(static d => d.Id, StringComparer.Ordinal)];
    }

    /// <summary>The code compiles, and the rules say exactly what its markup says.</summary>
    public static async Task Check(string markup, string? editorConfig, params DiagnosticAnalyzer[] rules)
    {
        TestFileMarkupParser.GetPositionsAndSpans(markup, out var source, out _, out ImmutableDictionary<string, ImmutableArray<TextSpan>> spans);
        var compilation = Compile(source);
        Assert.Empty(compilation.GetDiagnostics().Where(static d => d.Severity == DiagnosticSeverity.Error));
        var expected = spans.SelectMany(static pair => pair.Value.Select(span => (Id: pair.Key, Span: span))).OrderBy(static e => e.Span.Start).ThenBy(static e => e.Id, StringComparer.Ordinal);
        var actual = await Findings(compilation, editorConfig, rules);
        Assert.Equal(
            expected.Select(e => $"{e.Id}: {source.Substring(e.Span.Start, e.Span.Length)}"),
            actual.Select(d => $"{d.Id}: {(d.Location.IsInSource ? source.Substring(d.Location.SourceSpan.Start, d.Location.SourceSpan.Length) : d.GetMessage(null))}"));
    }

    private sealed class Options(string? editorConfig) : AnalyzerConfigOptionsProvider
    {
        private readonly Lines _lines = new(editorConfig);

        public override AnalyzerConfigOptions GlobalOptions => _lines;

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => _lines;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => _lines;
    }

    private sealed class Lines(string? text) : AnalyzerConfigOptions
    {
        private readonly Dictionary<string, string> _values = (text ?? "")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => line.Split('=', 2))
            .ToDictionary(static pair => pair[0].Trim(), static pair => pair[1].Trim());

        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value) => _values.TryGetValue(key, out value);
    }
}
