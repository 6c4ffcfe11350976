using System.Text.RegularExpressions;
using System.Xml.Linq;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.DocTests;

public sealed partial class DependenciesTests
{
    [Fact]
    public void Page_ListsEveryPackageOfTheRepositoryAndNoOther()
    {
        var packages = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("PackageVersion").Select(static e => e.Attribute("Include")!.Value);
        var rows = Row().Matches(Pages.Read("docs/dependencies.md")).Select(static m => m.Groups["id"].Value).Where(static id => id != "package");
        Assert.Equal(packages.Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"^\| (?<id>[A-Za-z][\w.]*) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
