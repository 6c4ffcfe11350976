using System.IO.Compression;
using System.Xml.Linq;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.PackageTests;

/// <summary>
/// The package, packed once for all tests from the binaries of this very build, and the consumers, built once against it outside the repository,
/// with a package cache of their own: what a user's machine would do on the first day.
/// </summary>
public sealed class PackedPackage : IAsyncLifetime, IDisposable
{
    public const string Id = "CommitRelay.Performance";

    private readonly TempFolder _folder = new();

    /// <summary>Unique in each run: a version seen before could come out of a cache.</summary>
    public string Version { get; } = $"0.1.0-test.{Guid.NewGuid():N}";

    public string Feed => _folder["feed"];

    public string Nupkg => _folder["feed", $"{Id}.{Version}.nupkg"];

    public string Consumers => _folder["consumers"];

    /// <summary>The packages that the consumers' build had to fetch, in lower case; what compiling to native code fetches later is the SDK's.</summary>
    public IReadOnlyList<string> Fetched { get; private set; } = [];

    public async Task InitializeAsync()
    {
        var project = Path.Combine(Repository.Root, "src", Id, Id + ".csproj");
        await Dotnet.RunAsync(Repository.Root, "pack", project, "--no-build", "-c", BuildFacts.Configuration, "-o", Feed, $"-p:PackageVersion={Version}");
        Repository.CopyFolder(Path.Combine(Repository.Root, "tests", "CommitRelay.Performance.PackageTests", "Consumers"), Consumers);
        _folder.Write(Path.Combine("consumers", "Directory.Build.props"), ConsumerProperties());
        _folder.Write(Path.Combine("consumers", "App", "Program.cs"), ReadmeExample());
        await Dotnet.RunAsync(Consumers, "build", "Consumers.slnx", "-c", "Release");
        Fetched = [.. Directory.GetDirectories(_folder["packages"]).Select(static folder => Path.GetFileName(folder))];
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();

    /// <summary>The paths of all files in the package, without those that the package format itself adds.</summary>
    public IReadOnlyList<string> Entries()
    {
        using var package = ZipFile.OpenRead(Nupkg);
        return [.. package.Entries.Select(static e => e.FullName).Where(static n => !IsOfFormat(n)).Order(StringComparer.Ordinal)];
    }

    public byte[] ReadEntry(string name)
    {
        using var package = ZipFile.OpenRead(Nupkg);
        using var entry = package.GetEntry(name)!.Open();
        using var copy = new MemoryStream();
        entry.CopyTo(copy);
        return copy.ToArray();
    }

    public XDocument Nuspec()
    {
        using var text = new MemoryStream(ReadEntry(Id + ".nuspec"));
        return XDocument.Load(text);
    }

    private static bool IsOfFormat(string name) => name is "[Content_Types].xml" or Id + ".nuspec"
        || name.StartsWith("_rels/", StringComparison.Ordinal) || name.StartsWith("package/", StringComparison.Ordinal);

    /// <summary>The program of App is what README.md shows.</summary>
    private static string ReadmeExample()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        return string.Join('\n', ((string[])["csharp before", "csharp example", "csharp after"]).Select(fence => Assert.Single(Markdown.Blocks(readme, fence))));
    }

    private string ConsumerProperties() => $"""
        <Project>
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
            <TestedVersion>{Version}</TestedVersion>
            <RestorePackagesPath>{_folder["packages"]}</RestorePackagesPath>
            <RestoreAdditionalProjectSources>{Feed}</RestoreAdditionalProjectSources>
            <RestoreFallbackFolders>{BuildFacts.PackageCache}</RestoreFallbackFolders>
            <NuGetAudit>false</NuGetAudit>
            <ErrorLog>$(MSBuildProjectDirectory)/findings.sarif,version=2.1</ErrorLog>
          </PropertyGroup>
        </Project>
        """;
}

[CollectionDefinition(nameof(PackedPackage))]
#pragma warning disable CA1711 // xunit's word for tests that share a fixture is collection.
public sealed class PackedPackageCollection : ICollectionFixture<PackedPackage>;
#pragma warning restore CA1711
