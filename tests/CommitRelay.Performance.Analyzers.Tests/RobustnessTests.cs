using CommitRelay.Performance.TestHelpers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CommitRelay.Performance.Analyzers.Tests;

/// <summary>
/// Code under the editor's cursor is broken most of the time: every file of this repository, cut or with two tokens
/// exchanged at seeded places, must not throw in any rule. COMMITRELAY_SOAK=n does 1000 n places more.
/// </summary>
public sealed class RobustnessTests
{
    private const int Seed = 20261124;
    private const int PlacesInCi = 15;

    [Fact]
    public async Task BrokenCode_ThrowsInNoRule()
    {
        var files = SourceFiles();
        var random = new Random(Seed);
        for (var place = 0; place < PlacesInCi + (1000 * Repository.Soak); place++)
        {
            var file = files[random.Next(files.Count)];
            var broken = Break(await File.ReadAllTextAsync(file), random);
            var findings = await Compiled.Findings(Compiled.Compile(broken), null, AllRules.Analyzers);
            var crash = findings.FirstOrDefault(static f => f.Id == "AD0001");
            Assert.True(crash is null, $"{file}, place {place}: {crash?.GetMessage(null)}");
        }
    }

    private static List<string> SourceFiles() =>
        [.. Directory.GetFiles(Repository.Root, "*.cs", SearchOption.AllDirectories)
            .Where(static f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}") && !f.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}") && !f.Contains($"{Path.DirectorySeparatorChar}artifacts{Path.DirectorySeparatorChar}"))
            .Order(StringComparer.Ordinal)];

    /// <summary>Cuts the text somewhere, takes a piece out, or exchanges two neighbouring tokens.</summary>
    private static string Break(string text, Random random)
    {
        if (text.Length < 10)
            return text;
        var at = random.Next(text.Length);
        switch (random.Next(3))
        {
            case 0:
                return text[..at];
            case 1:
                return text.Remove(at, Math.Min(random.Next(1, 80), text.Length - at));
            default:
                var root = CSharpSyntaxTree.ParseText(text).GetRoot();
                var token = root.FindToken(at);
                var next = token.GetNextToken();
                return next.RawKind == 0 || token.Span.IsEmpty
                    ? text[..at]
                    : text[..token.SpanStart] + next.Text + text[token.Span.End..next.SpanStart] + token.Text + text[next.Span.End..];
        }
    }
}
