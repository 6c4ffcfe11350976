namespace CommitRelay.Performance.PackageTests;

[Collection(nameof(PackedPackage))]
public sealed class ConsumerTests(PackedPackage package)
{
    [Fact]
    public async Task App_Runs()
    {
        var output = await Dotnet.RunAsync(Project("App"), "bin/Release/net10.0/App.dll");
        Assert.Equal("the package works", output.Trim());
    }

    [Fact]
    public void CleanProject_HearsNothing() => Assert.Empty(Findings.Reported(Project("App")));

    [Theory]
    [InlineData("Mistakes")]
    [InlineData("Transitive")]
    public void Mistakes_AreFoundAtTheirLines(string project)
    {
        var expected = Findings.Expected(Project(project));
        Assert.NotEmpty(expected);
        Assert.Equal(expected, Findings.Reported(Project(project)));
    }

    [Fact]
    public void Mistakes_ComeWithAHelpLinkEach()
    {
        var links = Findings.HelpLinks(Project("Mistakes"));
        foreach (var id in Findings.Expected(Project("Mistakes")).Select(static f => f.Id).Distinct())
            Assert.EndsWith($"docs/rules/{id}.md", links[id], StringComparison.Ordinal);
    }

    [Fact]
    public void PackagesBeyondTheLibrarysOwn_AreNotPulledIn()
    {
        var own = Path.Combine(Path.GetDirectoryName(package.Feed)!, "packages");
        Assert.Equal([PackedPackage.Id.ToLowerInvariant()], Directory.GetDirectories(own).Select(Path.GetFileName));
    }

    private string Project(string name) => Path.Combine(package.Consumers, name);
}
