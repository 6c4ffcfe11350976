using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.DocTests;

public sealed class LinkTests
{
    public static TheoryData<string> AllPages => [.. Pages.All];

    [Theory]
    [MemberData(nameof(AllPages))]
    public void Links_LeadToAFileOrHeadingOfThisRepository(string page)
    {
        var broken = Markdown.Links(Pages.Read(page)).Where(l => !IsElsewhere(l) && !Exists(page, l));
        Assert.Empty(broken);
    }

    private static bool IsElsewhere(string link) => link.Contains("://", StringComparison.Ordinal) || link.StartsWith("mailto:", StringComparison.Ordinal);

    private static bool Exists(string page, string link)
    {
        var parts = link.Split('#', 2);
        var target = parts[0].Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, parts[0]);
        var full = Path.Combine(Repository.Root, target);
        if (parts.Length == 1)
            return File.Exists(full) || Directory.Exists(full);
        return File.Exists(full) && Markdown.Anchors(File.ReadAllText(full)).Contains(parts[1]);
    }
}
