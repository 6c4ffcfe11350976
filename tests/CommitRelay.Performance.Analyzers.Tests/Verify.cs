using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace CommitRelay.Performance.Analyzers.Tests;

/// <summary>Runs one rule, and its fix, over a piece of code with markup: <c>{|CRP0001:here|}</c> is a finding.</summary>
internal static class Verify<TAnalyzer>
    where TAnalyzer : DiagnosticAnalyzer, new()
{
    public static Task Code(string source, string? editorConfig = null) => Compiled.Check(source, editorConfig, new TAnalyzer());

    public static Task Fix<TFix>(string source, string fixedSource)
        where TFix : CodeFixProvider, new()
    {
        var test = new CSharpCodeFixTest<TAnalyzer, TFix, DefaultVerifier>();
        References.Prepare(test, source);
        test.FixedState.Sources.Add(fixedSource);
        test.FixedState.Sources.Add(References.Usings);
        test.FixedState.MarkupHandling = MarkupMode.Allow;
        return test.RunAsync();
    }

    public static Task NoFix<TFix>(string source)
        where TFix : CodeFixProvider, new() => Fix<TFix>(source, source);
}

/// <summary>The assemblies of the running runtime as references: nothing is downloaded, and all tests share the objects.</summary>
internal static class References
{
    public const string Usings = """
        global using System;
        global using System.Collections.Concurrent;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net;
        global using System.Net.Http;
        global using System.Text;
        global using System.Text.Json;
        global using System.Threading;
        global using System.Threading.Channels;
        global using System.Threading.Tasks;
        global using Microsoft.Extensions.Hosting;
        """;

    private static readonly string[] Named = ["Newtonsoft.Json", "Microsoft.Extensions.Hosting.Abstractions", "Microsoft.Extensions.DependencyInjection.Abstractions", "Microsoft.Extensions.Configuration.Abstractions", "Microsoft.Extensions.Logging.Abstractions", "Polly.Core", "CommitRelay.Performance"];

    public static ImmutableArray<MetadataReference> All { get; } = FindAll();

    public static void Prepare(AnalyzerTest<DefaultVerifier> test, string source)
    {
        test.ReferenceAssemblies = new ReferenceAssemblies("net10.0");
        test.TestState.AdditionalReferences.AddRange(All);
        test.TestState.Sources.Add(source);
        test.TestState.Sources.Add(Usings);
        test.TestBehaviors = TestBehaviors.SkipSuppressionCheck | TestBehaviors.SkipGeneratedCodeCheck;
        test.SolutionTransforms.Add(static (solution, project) =>
        {
            var options = (CSharpCompilationOptions)solution.GetProject(project)!.CompilationOptions!;
            return solution.WithProjectCompilationOptions(project, options.WithNullableContextOptions(NullableContextOptions.Enable));
        });
    }

    private static ImmutableArray<MetadataReference> FindAll()
    {
        var paths = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var names = paths.Where(static p => Path.GetFileName(p).StartsWith("System.", StringComparison.Ordinal) && p.Contains("Microsoft.NETCore.App")
            || Path.GetFileName(p) is "netstandard.dll" or "mscorlib.dll"
            || Named.Contains(Path.GetFileNameWithoutExtension(p)));
        return [.. names.Select(static p => (MetadataReference)MetadataReference.CreateFromFile(p))];
    }
}
