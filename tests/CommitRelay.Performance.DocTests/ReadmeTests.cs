using CommitRelay.Performance.Benchmarks.Reports;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.DocTests;

/// <summary>What README.md says first. Its example is run by the package tests, as a user would.</summary>
public sealed class ReadmeTests
{
    private const int FirstScreen = 40;
    private static readonly string Readme = Pages.Read("README.md");

    [Theory]
    [InlineData("dotnet run -c Release --project samples/Worker")]
    [InlineData("dotnet test")]
    public void FirstScreen_NamesTheCommandWordForWord(string command) =>
        Assert.Contains(command, Readme.Split('\n').Take(FirstScreen));

    [Fact]
    public void Example_IsTenLines() => Assert.Equal(10, Assert.Single(Markdown.Blocks(Readme, "csharp example")).Trim().Split('\n').Length);

    [Fact]
    public void Example_IsThatOfThePackagesPage() =>
        Assert.Contains(Assert.Single(Markdown.Blocks(Readme, "csharp example")), Markdown.Blocks(Pages.Read("src/CommitRelay.Performance/README.md"), "csharp"));

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/rate-limits.md")]
    public void MeasuredTable_IsWhatTheRecordedResultsSay(string page) =>
        Assert.Equal(MeasuredTable.Replace(Pages.Read(page), MeasuredTable.Files[page](MeasuredResults.Folder)), Pages.Read(page));
}
