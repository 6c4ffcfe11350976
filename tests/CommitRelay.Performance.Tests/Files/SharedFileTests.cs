using CommitRelay.Performance.Files;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Files;

public sealed class SharedFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void OpenRead_TellsWhatWasOpened_AndShutsNobodyOut()
    {
        var path = _folder.Write("a.json", "old");
        using var handle = SharedFile.OpenRead(path, out var state);
        Assert.Equal(FileState.TryOf(path), state);
        File.WriteAllText(_folder["b.json"], "newer");
        File.Move(_folder["b.json"], path, overwrite: true);
        var text = new byte[10];
        Assert.Equal("old"u8, text.AsSpan(0, RandomAccess.Read(handle, text, 0)));
    }

    [Fact]
    public void OpenRead_OfWhatCannotBeRead_ThrowsAsTheFrameworkDoes()
    {
        Assert.Throws<FileNotFoundException>(() => SharedFile.OpenRead(_folder["absent"], out _));
        Assert.Throws<DirectoryNotFoundException>(() => SharedFile.OpenRead(_folder["absent", "file"], out _));
        Assert.Throws<UnauthorizedAccessException>(() => SharedFile.OpenRead(_folder.Path, out _));
    }

    [UnixFact]
    public void OpenRegular_OfAPipe_RefusesItWithoutWaiting()
    {
        using var made = System.Diagnostics.Process.Start("mkfifo", _folder["pipe"]);
        made.WaitForExit();
        var fault = Assert.Throws<IOException>(() => SharedFile.OpenRegular(_folder["pipe"], out _));
        Assert.Contains("pipe", fault.Message, StringComparison.Ordinal);
        using var handle = SharedFile.OpenRegular(_folder.Write("a.json", "{}"), out var state);
        Assert.Equal(2, state.Length);
    }
}
