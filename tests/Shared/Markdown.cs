using System.Text.RegularExpressions;

namespace CommitRelay.Performance.TestHelpers;

/// <summary>The parts of a Markdown page that tests hold to their word.</summary>
public static partial class Markdown
{
    /// <summary>The text of the fenced blocks whose first line is exactly <c>```</c> and the given words, such as <c>csharp example</c>.</summary>
    public static IReadOnlyList<string> Blocks(string page, string fence) =>
        [.. Fence().Matches(page).Where(m => m.Groups["words"].Value == fence).Select(static m => m.Groups["text"].Value)];

    /// <summary>The targets of all links and images outside fenced blocks.</summary>
    public static IReadOnlyList<string> Links(string page) => [.. Link().Matches(Fence().Replace(page, "")).Select(static m => m.Groups["target"].Value)];

    /// <summary>The names by which headings can be linked to, as the usual viewers make them.</summary>
    public static IReadOnlySet<string> Anchors(string page) =>
        Heading().Matches(Fence().Replace(page, "")).Select(static m => Anchor(m.Groups["text"].Value)).ToHashSet(StringComparer.Ordinal);

    private static string Anchor(string heading) =>
        string.Concat(heading.Trim().ToLowerInvariant().Where(static c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');

    [GeneratedRegex(@"^```(?<words>[^\n`]*)\n(?<text>.*?)^```\s*$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#{1,6} (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
