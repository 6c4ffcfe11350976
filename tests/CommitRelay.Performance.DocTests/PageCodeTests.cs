using CommitRelay.Performance.TestHelpers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CommitRelay.Performance.DocTests;

/// <summary>The code of the pages compiles against the library as it is. What a block leaves to its reader (services, a token, types) stands here.</summary>
public sealed class PageCodeTests
{
    private const string Before = """
        #nullable enable
        using System;
        using System.Collections.Generic;
        using System.IO;
        using System.Linq;
        using System.Net.Http;
        using System.Text.Json.Serialization.Metadata;
        using System.Threading;
        using System.Threading.Tasks;
        using CommitRelay.Performance.Events;
        using CommitRelay.Performance.Files;
        using CommitRelay.Performance.Hosting;
        using CommitRelay.Performance.Json;
        using CommitRelay.Performance.Monitoring;
        using CommitRelay.Performance.Probes;
        using CommitRelay.Performance.Queues;
        using CommitRelay.Performance.RateLimits;
        using CommitRelay.Performance.Relay;
        using CommitRelay.Performance.Workers;
        using Microsoft.Extensions.DependencyInjection;
        using Microsoft.Extensions.Http.Resilience;
        using Polly;

        record WorkItem(string Id);
        record TaskCompleted(string Id, int Milliseconds);
        record Payment(decimal Amount);

        static class WorkJson
        {
            public static class Default { public static JsonTypeInfo<WorkItem> WorkItem => null!; }
        }

        static class AppJson
        {
            public static class Default
            {
                public static JsonTypeInfo<TaskCompleted> TaskCompleted => null!;
                public static JsonTypeInfo<Payment> Payment => null!;
            }
        }

        static class Page
        {
            static Task DoAsync(WorkItem item, long fence) => Task.CompletedTask;

            static async Task Code(IServiceCollection services, CancellationToken cancellation, TimeProvider time, Payment payment<<home>>)
            {
                await Task.Yield();

        """;

    private static readonly MetadataReference[] References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(static path => MetadataReference.CreateFromFile(path))];

    public static IEnumerable<object[]> Blocks() =>
        from page in Pages.All
        where page.StartsWith("docs/", StringComparison.Ordinal) && !page.StartsWith("docs/rules/", StringComparison.Ordinal)
        from block in Markdown.Blocks(Pages.Read(page), "csharp")
        select (object[])[page, block];

    [Theory, MemberData(nameof(Blocks))]
    public void Block_Compiles(string page, string block)
    {
        var home = block.Contains("var home", StringComparison.Ordinal) ? "" : ", RelayHome home";
        var tree = CSharpSyntaxTree.ParseText(Before.Replace("<<home>>", home, StringComparison.Ordinal) + block + "\n}\n}\n");
        var faults = CSharpCompilation.Create("Page", [tree], References, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary))
            .GetDiagnostics().Where(static fault => fault.Severity == DiagnosticSeverity.Error);
        Assert.True(!faults.Any(), $"{page}: {string.Join('\n', faults)}");
    }
}
