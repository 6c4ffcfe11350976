using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace CommitRelay.Performance.PackageTests;

/// <summary>A diagnostic of the package's analyzers at its place.</summary>
internal sealed record Finding(string File, int Line, string Id)
{
    public override string ToString() => $"{File}({Line.ToString(CultureInfo.InvariantCulture)}): {Id}";
}

/// <summary>What the compiler wrote down while it built a consumer, and what the consumer's source says it should have.</summary>
internal static partial class Findings
{
    /// <summary>Lines that end in <c>// expect: ID</c> in the sources of a project folder.</summary>
    public static Finding[] Expected(string project) =>
        [.. from file in Directory.GetFiles(project, "*.cs")
            from line in File.ReadLines(file).Index()
            let mark = Mark().Match(line.Item)
            where mark.Success
            select new Finding(Path.GetFileName(file), line.Index + 1, mark.Groups[1].Value)];

    public static Finding[] Reported(string project)
    {
        using var log = Read(project);
        return [.. from result in Run(log).GetProperty("results").EnumerateArray()
                   let id = result.GetProperty("ruleId").GetString()!
                   where id.StartsWith("CRP", StringComparison.Ordinal) && !result.TryGetProperty("suppressions", out _)
                   let place = result.GetProperty("locations")[0].GetProperty("physicalLocation")
                   let file = Path.GetFileName(place.GetProperty("artifactLocation").GetProperty("uri").GetString()!)
                   orderby file, place.GetProperty("region").GetProperty("startLine").GetInt32()
                   select new Finding(file, place.GetProperty("region").GetProperty("startLine").GetInt32(), id)];
    }

    /// <summary>The help links of the rules that reported something, by id.</summary>
    public static Dictionary<string, string> HelpLinks(string project)
    {
        using var log = Read(project);
        return Run(log).GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray()
            .Where(static r => r.GetProperty("id").GetString()!.StartsWith("CRP", StringComparison.Ordinal))
            .ToDictionary(static r => r.GetProperty("id").GetString()!, static r => r.TryGetProperty("helpUri", out var link) ? link.GetString()! : "");
    }

    private static JsonDocument Read(string project) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(project, "findings.sarif")));

    private static JsonElement Run(JsonDocument log) => log.RootElement.GetProperty("runs")[0];

    [GeneratedRegex(@"// expect: (CRP\d{4})$")]
    private static partial Regex Mark();
}
