using System.Text.RegularExpressions;
using CommitRelay.Performance.TestHelpers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CommitRelay.Performance.Analyzers.Tests;

/// <summary>Descriptors, pages, presets and the table of all rules say the same.</summary>
public sealed partial class RulePages
{
    private static readonly string Folder = Path.Combine(Repository.Root, "docs", "rules");

    public static TheoryData<string> Ids() => new(AllRules.Descriptors.Select(static d => d.Id));

    [Theory]
    [MemberData(nameof(Ids))]
    public void HelpLink_LeadsToThePageOfTheRule(string id)
    {
        var rule = Rule(id);
        var page = File.ReadAllText(Path.Combine(Folder, Path.GetFileName(rule.HelpLinkUri)));
        Assert.StartsWith(Diagnostics.HelpLinkBase, rule.HelpLinkUri, StringComparison.Ordinal);
        Assert.StartsWith($"# {id}: {rule.Title}\n", page, StringComparison.Ordinal);
        Assert.Contains($"Default: {Word(rule.DefaultSeverity)}. Fix: {(Fixes(id) ? "yes" : "no")}", page, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task BadExample_IsFlagged_GoodExample_IsNot(string id)
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Folder, id + ".md"));
        var examples = Example().Matches(page).ToLookup(static m => m.Groups[1].Value, static m => m.Groups[2].Value);
        Assert.NotEmpty(examples["bad"]);
        Assert.NotEmpty(examples["good"]);
        foreach (var bad in examples["bad"])
            Assert.Contains(id, await Found(bad));
        foreach (var good in examples["good"])
            Assert.DoesNotContain(id, await Found(good));
    }

    [Fact]
    public void EveryLinkOfThePages_LeadsSomewhere()
    {
        foreach (var page in Directory.GetFiles(Folder, "*.md"))
        {
            foreach (Match link in Link().Matches(File.ReadAllText(page)))
                Assert.True(File.Exists(Path.Combine(Folder, link.Groups[1].Value)), $"{Path.GetFileName(page)} links to {link.Groups[1].Value}.");
        }
    }

    [Fact]
    public async Task FirstFix_MakesEveryMistakeWhereItSaysSo()
    {
        var files = Directory.GetFiles(Path.Combine(Repository.Root, "samples", "FirstFix"), "*.cs");
        var compilation = Compiled.Compile(await File.ReadAllTextAsync(files[0]), OutputKind.ConsoleApplication)
            .AddSyntaxTrees(files.Skip(1).Select(static f => CSharpSyntaxTree.ParseText(File.ReadAllText(f), path: f)));
        var findings = await Compiled.Findings(compilation, null, AllRules.Analyzers);
        Assert.Equal(AllRules.Descriptors.Select(static d => d.Id), findings.Select(static f => f.Id).Distinct().Order(StringComparer.Ordinal));
        foreach (var finding in findings)
        {
            var line = finding.Location.SourceTree!.GetText().Lines[finding.Location.GetLineSpan().StartLinePosition.Line].ToString();
            Assert.True(!line.Contains("// CRP", StringComparison.Ordinal) || line.Contains(finding.Id, StringComparison.Ordinal), $"{finding.Id}: {line}");
        }
    }

    /// <summary>COMMITRELAY_WRITE=1 writes the table anew.</summary>
    [Fact]
    public void TableOfRules_IsThatOfTheDescriptors()
    {
        var path = Path.Combine(Folder, "README.md");
        if (Environment.GetEnvironmentVariable("COMMITRELAY_WRITE") == "1")
            File.WriteAllText(path, Table());
        Assert.Equal(Table(), File.ReadAllText(path));
    }

    [Theory]
    [InlineData("recommended")]
    [InlineData("strict")]
    [InlineData("off")]
    public void Preset_NamesEveryRule(string mode)
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "src", "CommitRelay.Performance", "buildTransitive", $"CommitRelay.{mode}.globalconfig"));
        Assert.Contains("global_level = -100", lines);
        Assert.Equal(
            AllRules.Descriptors.Select(d => $"dotnet_diagnostic.{d.Id}.severity = {Severity(d, mode)}"),
            lines.Where(static l => l.StartsWith("dotnet_diagnostic.", StringComparison.Ordinal)));
    }

    private static string Table()
    {
        var rows = AllRules.Descriptors.Select(static d => $"| [{d.Id}]({d.Id}.md) | {d.Title} | {Word(d.DefaultSeverity)} | {(Fixes(d.Id) ? "yes" : "no")} |");
        return $"""
            # Rules

            An id has one severity and one meaning for ever. This table is made from the rules themselves; a test keeps it so.

            | id | says | default | fix |
            |---|---|---|---|
            {string.Join('\n', rows)}

            ## Settings

            | where | what | default |
            |---|---|---|
            | project | `<CommitRelayAnalysisMode>`: `recommended`, `strict` (infos warn too), `off` | `recommended` |
            | .editorconfig | `commitrelay.hot_period_ms`: a loop that waits so long in each turn is not hot | {Worker.Settings.DefaultHotPeriod} |
            | .globalconfig | `{Worker.Settings.QuietBuildToolsKey} = true`: no rule speaks in console projects with `IsPackable=false` | off |
            | .editorconfig | `dotnet_diagnostic.CRP….severity`: wins over the mode | |
            | code | `[CommitRelay.Performance.DurableWrite]` on a method or type: each write is meant to be out before the next step | |

            ## An old code base

            `dotnet build -t:CommitRelayBaseline` writes today's findings as suppressions into `CommitRelay.Baseline.cs` beside the project, by member and rule. From then on only new findings speak. Run it again to forget what is gone.

            """.ReplaceLineEndings("\n");
    }

    private static bool Fixes(string id) => AllFixes.Ids.Contains(id);

    private static string Severity(DiagnosticDescriptor rule, string mode) => mode switch
    {
        "off" => "none",
        "strict" => "warning",
        _ => rule.DefaultSeverity == DiagnosticSeverity.Warning ? "warning" : "suggestion",
    };

    private static string Word(DiagnosticSeverity severity) => severity == DiagnosticSeverity.Warning ? "warning" : "info";

    private static DiagnosticDescriptor Rule(string id) => AllRules.Descriptors.Single(d => d.Id == id);

    private static async Task<string[]> Found(string code)
    {
        var compilation = Compiled.Compile(code);
        Assert.Empty(compilation.GetDiagnostics().Where(static d => d.Severity == DiagnosticSeverity.Error));
        return [.. (await Compiled.Findings(compilation, null, AllRules.Analyzers)).Select(static d => d.Id)];
    }

    [GeneratedRegex(@"```csharp (bad|good)\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex(@"\]\(([^):]+\.md)\)")]
    private static partial Regex Link();
}
