using CommitRelay.Performance.Files;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Write_WhereNoFileIs_CreatesIt()
    {
        var path = _folder["new.json"];
        await AtomicFile.WriteAllBytesAsync(path, "{}"u8.ToArray());
        Assert.Equal("{}", await File.ReadAllTextAsync(path));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task Write_WhenTheCallbackThrows_KeepsTheOldFileAndLeavesNothingBehind()
    {
        var path = _folder.Write("a.json", "old");
        await Assert.ThrowsAsync<InvalidOperationException>(() => AtomicFile.WriteAsync(path, async (stream, token) =>
        {
            await stream.WriteAsync("half"u8.ToArray(), token);
            throw new InvalidOperationException();
        }));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [UnixFact]
    public async Task Write_ThroughALink_ReplacesItsTargetAndKeepsTheMode()
    {
        var path = _folder.Write("a.json", "old");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.CreateSymbolicLink(_folder["link"], path);
        await AtomicFile.WriteAllBytesAsync(_folder["link"], "new"u8.ToArray());
        Assert.Equal("new", File.ReadAllText(path));
        Assert.NotNull(new FileInfo(_folder["link"]).LinkTarget);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }
}
