namespace CommitRelay.Performance.PackageTests;

[Collection(nameof(PackedPackage))]
public sealed class BaselineTests(PackedPackage package)
{
    [Fact]
    public async Task Baseline_QuietsTodaysFindings_ANewOneSpeaks()
    {
        var project = Path.Combine(package.Consumers, "Aged");
        Directory.CreateDirectory(project);
        var old = await File.ReadAllTextAsync(Path.Combine(package.Consumers, "Mistakes", "Mistakes.cs"));
        await File.WriteAllTextAsync(Path.Combine(project, "Mistakes.cs"), old);
        File.Copy(Path.Combine(package.Consumers, "Mistakes", "Mistakes.csproj"), Path.Combine(project, "Aged.csproj"));

        await Dotnet.RunAsync(project, "build", "-c", "Release", "-t:CommitRelayBaseline");
        var suppressions = await File.ReadAllLinesAsync(Path.Combine(project, "CommitRelay.Baseline.cs"));
        Assert.Equal(Findings.Expected(project).Length, suppressions.Count(static l => l.StartsWith("[assembly: ", StringComparison.Ordinal)));

        await File.WriteAllTextAsync(Path.Combine(project, "Later.cs"), old.Replace("EventLoop", "LaterLoop", StringComparison.Ordinal));
        await Dotnet.RunAsync(project, "build", "-c", "Release");
        Assert.Equal(Findings.Expected(project).Where(static f => f.File == "Later.cs"), Findings.Reported(project));
    }
}
