namespace CommitRelay.Performance.PackageTests;

[Collection(nameof(PackedPackage))]
public sealed class ConsumerTests(PackedPackage package)
{
    [Fact]
    public Task App_DoesWhatReadmeSays() =>
        ReadmeHome.CheckAsync(folder => Dotnet.RunAsync(folder, Path.Combine(Project("App"), "bin", "Release", "net10.0", "App.dll")));

    [Theory]
    [InlineData("App")]
    [InlineData("Quiet")]
    public void ProjectsThatAreCleanOrSwitchedOff_HearNothing(string project) => Assert.Empty(Findings.Reported(Project(project)));

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
    public void PackagesBeyondTheLibrarysOwn_AreNotPulledIn() => Assert.Equal([PackedPackage.Id.ToLowerInvariant()], package.Fetched);

    private string Project(string name) => Path.Combine(package.Consumers, name);
}
