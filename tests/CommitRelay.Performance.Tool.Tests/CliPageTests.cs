using System.Text.RegularExpressions;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tool.Tests;

public sealed partial class CliPageTests
{
    [Fact]
    public void Page_ListsEveryCommandWithItsDescriptionAndExampleAndNoOther()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "cli.md"));
        var rows = Row().Matches(page).Select(static row => (row.Groups[1].Value, row.Groups[2].Value, row.Groups[3].Value)).Order();
        var commands = CommandTree.Leaves().Select(static leaf => (leaf.Path, InTable(leaf.Command.Description!), InTable(leaf.Command.Example))).Order();
        Assert.Equal(commands, rows);
    }

    private static string InTable(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    [GeneratedRegex(@"^\| `([a-z -]+)` \| (.*?) \| `(.*)` \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
