using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.DocTests;

/// <summary>The Markdown pages of the repository.</summary>
internal static class Pages
{
    private static readonly string[] Folders = ["docs", "samples", "benchmarks", "src"];

    /// <summary>Paths relative to the repository, of the pages people read; not those that a build left in bin or obj.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. Directory.GetFiles(Repository.Root, "*.md")
            .Concat(Folders.Select(static f => Path.Combine(Repository.Root, f)).Where(Directory.Exists).SelectMany(static f => Directory.GetFiles(f, "*.md", SearchOption.AllDirectories)))
            .Select(static p => Path.GetRelativePath(Repository.Root, p).Replace('\\', '/'))
            .Where(static p => !p.Contains("/bin/", StringComparison.Ordinal) && !p.Contains("/obj/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];

    public static string Read(string page) => File.ReadAllText(Path.Combine(Repository.Root, page));
}
