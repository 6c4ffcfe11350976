using CommitRelay.Performance.RateLimits.State;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.RateLimits.State;

/// <summary>Which scopes' files stay when a new scope comes.</summary>
public sealed class PaceFilePruneTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [LinuxFact]
    public void FileNotOpenedForLong_IsRemoved()
    {
        var path = Close("old");
        Assert.True(IsThereAfterANewScope("old", "new"));
        Age(path);
        Assert.False(IsThereAfterANewScope("old", "another"));
    }

    [LinuxFact]
    public void FileOpenedAgain_Stays()
    {
        Age(Close("scope"));
        Close("scope");
        Assert.True(IsThereAfterANewScope("scope", "new"));
    }

    [LinuxFact]
    public void FileOfAnotherBoot_IsRemoved()
    {
        PaceFile.Open(_folder.Path, "old", PaceFile.Header.OfThisBoot() with { Boot = Guid.NewGuid() }).Dispose();
        Assert.False(IsThereAfterANewScope("old", "new"));
    }

    [LinuxFact]
    public void FileThatAProcessHas_StaysHoweverOld()
    {
        using var open = PaceFile.Open(_folder.Path, "scope");
        Age(open.FilePath);
        Assert.True(IsThereAfterANewScope("scope", "new"));
    }

    [LinuxFact]
    public void FileOfAnotherProgram_Stays()
    {
        var path = Path.Combine(_folder.Path, "foreign.pace");
        File.WriteAllText(path, "not ours");
        Age(path);
        Close("new");
        Assert.True(File.Exists(path));
    }

    private bool IsThereAfterANewScope(string scope, string newScope)
    {
        Close(newScope);
        return File.Exists(PaceFile.PathOf(_folder.Path, scope));
    }

    private string Close(string scope)
    {
        using var file = PaceFile.Open(_folder.Path, scope);
        return file.FilePath;
    }

    private static void Age(string path) => File.SetLastWriteTimeUtc(path, TimeProvider.System.GetUtcNow().UtcDateTime - PaceFile.KeptFor - TimeSpan.FromHours(1));
}
