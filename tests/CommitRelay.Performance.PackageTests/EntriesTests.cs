using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.PackageTests;

[Collection(nameof(PackedPackage))]
public sealed class EntriesTests(PackedPackage package)
{
    private static readonly string[] Expected =
    [
        "LICENSE",
        "README.md",
        "analyzers/dotnet/cs/CommitRelay.Performance.Analyzers.dll",
        "analyzers/dotnet/cs/CommitRelay.Performance.CodeFixes.dll",
        "buildTransitive/CommitRelay.Performance.targets",
        "buildTransitive/CommitRelay.off.globalconfig",
        "buildTransitive/CommitRelay.recommended.globalconfig",
        "buildTransitive/CommitRelay.strict.globalconfig",
        "icon.png",
        "lib/net10.0/CommitRelay.Performance.dll",
        "lib/net10.0/CommitRelay.Performance.xml",
    ];

    private static readonly string[] ExpectedDependencies =
    [
        "Microsoft.Extensions.Diagnostics.HealthChecks.Abstractions",
        "Microsoft.Extensions.Hosting.Abstractions",
        "Microsoft.Extensions.Http",
        "Microsoft.Extensions.Options",
        "Microsoft.Extensions.Options.ConfigurationExtensions",
        "Polly.Core",
    ];

    [Fact]
    public void Package_HoldsExactlyWhatAUserNeeds() => Assert.Equal(Expected, package.Entries());

    [Fact]
    public void Package_DependsOnPollyCoreAndMicrosoftExtensionsOnly()
    {
        var groups = package.Nuspec().Descendants().Where(static e => e.Name.LocalName == "group").ToArray();
        var group = Assert.Single(groups);
        Assert.Equal("net10.0", group.Attribute("targetFramework")?.Value);
        Assert.Equal(ExpectedDependencies, group.Elements().Select(static e => e.Attribute("id")!.Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Nuspec_NamesLicenceReadmeIconAndCommit()
    {
        var metadata = package.Nuspec().Root!.Elements().Single().Elements().ToLookup(static e => e.Name.LocalName);
        Assert.Equal("MIT", metadata["license"].Single().Value);
        Assert.Equal("README.md", metadata["readme"].Single().Value);
        Assert.Equal("icon.png", metadata["icon"].Single().Value);
        Assert.NotEmpty(metadata["description"].Single().Value);
    }

    [Fact]
    public void Readme_IsThePackagesOwnPage()
    {
        var page = File.ReadAllBytes(Path.Combine(Repository.Root, "src", PackedPackage.Id, "README.md"));
        Assert.Equal(page, package.ReadEntry("README.md"));
    }

    [Fact]
    public void SymbolPackage_LiesBesideThePackage() => Assert.True(File.Exists(Path.ChangeExtension(package.Nupkg, ".snupkg")));

    [Fact]
    public void Analyzers_AskForNoNewerCompilerThanTheOldestSdkHas()
    {
        foreach (var entry in package.Entries().Where(static e => e.StartsWith("analyzers/", StringComparison.Ordinal)))
        {
            using var image = new PEReader(new MemoryStream(package.ReadEntry(entry)));
            var metadata = image.GetMetadataReader();
            var compiler = metadata.AssemblyReferences.Select(metadata.GetAssemblyReference)
                .Where(r => metadata.GetString(r.Name).StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal));
            Assert.All(compiler, static r => Assert.True(r.Version <= new Version(5, 0, 0, 0), $"Needs Roslyn {r.Version}."));
        }
    }

    [ContinuousIntegrationFact]
    public void Binaries_DoNotTellTheMachineTheyWereBuiltOn()
    {
        var root = Encoding.UTF8.GetBytes(Repository.Root);
        foreach (var entry in package.Entries().Append(PackedPackage.Id + ".nuspec"))
            Assert.True(package.ReadEntry(entry).AsSpan().IndexOf(root) < 0, $"{entry} holds the path {Repository.Root}.");
    }
}

/// <summary>A test of what only a build with CI=true promises.</summary>
public sealed class ContinuousIntegrationFactAttribute : FactAttribute
{
    public ContinuousIntegrationFactAttribute() => Skip = BuildFacts.ContinuousIntegrationBuild ? null : "Needs a build with CI=true, as .ci/run makes it.";
}
