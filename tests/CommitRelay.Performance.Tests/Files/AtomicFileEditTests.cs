using CommitRelay.Performance.Files;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Files;

/// <summary>Edits against strangers that know no lock, and a shell that knows it. Death at every step: <see cref="CrashTests"/>.</summary>
public sealed class AtomicFileEditTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Path => _folder["a.json"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Edit_WhenAStrangerReplacesTheFileMeanwhile_IsMadeAgainOnHisVersion()
    {
        _folder.Write("a.json", "old");
        var calls = 0;
        Assert.True(await AtomicFile.EditAsync(Path, async (from, to, token) =>
        {
            await from.CopyToAsync(to, token);
            await to.WriteAsync("+mine"u8.ToArray(), token);
            if (calls++ < 3)
                File.Move(_folder.Write("stranger", $"his{calls}"), Path, overwrite: true);
            return true;
        }));
        Assert.Equal("his3+mine", File.ReadAllText(Path));
        Assert.Equal(4, calls);
        AssertNothingLeft();
    }

    [Fact]
    public async Task Edit_WhenAStrangerWritesInPlace_IsMadeAgain()
    {
        _folder.Write("a.json", "old");
        var calls = 0;
        await AtomicFile.EditAsync(Path, async (from, to, token) =>
        {
            await from.CopyToAsync(to, token);
            await to.WriteAsync("+mine"u8.ToArray(), token);
            if (calls++ == 0)
                File.WriteAllText(Path, "in place");
            return true;
        });
        Assert.Equal("in place+mine", File.ReadAllText(Path));
    }

    [Fact]
    public async Task Edit_OfAHalfWrittenFile_WaitsUntilItIsWhole()
    {
        _folder.Write("a.json", "{\"a\":");
        var calls = 0;
        await AtomicFile.EditAsync(Path, async (from, to, token) =>
        {
            using var text = new StreamReader(from, leaveOpen: true);
            var read = await text.ReadToEndAsync(token);
            if (calls++ == 0)
                File.AppendAllText(Path, "1}");
            if (!read.EndsWith('}'))
                throw new FormatException("half");
            await to.WriteAsync("whole"u8.ToArray(), token);
            return true;
        });
        Assert.Equal("whole", File.ReadAllText(Path));
        await Assert.ThrowsAsync<FormatException>(() => AtomicFile.EditAsync(Path, (_, _, _) => throw new FormatException("broken for good")));
        Assert.Equal("whole", File.ReadAllText(Path));
        AssertNothingLeft();
    }

    [Fact]
    public async Task Edit_ThatChangesNothing_LeavesTheFileItself()
    {
        _folder.Write("a.json", "old");
        var before = FileIdentity.At(Path);
        Assert.False(await AtomicFile.EditAsync(Path, (_, _, _) => Task.FromResult(false)));
        Assert.Equal(before, FileIdentity.At(Path));
        await Assert.ThrowsAsync<FileNotFoundException>(() => AtomicFile.EditAsync(_folder["none"], (_, _, _) => Task.FromResult(false)));
    }

    [Fact]
    public async Task Edit_CostsOneFsyncOfTheFileAndOneOfTheFolder()
    {
        _folder.Write("a.json", "old");
        var steps = new List<string>();
        FaultPoint.Reached = steps.Add;
        await AtomicFile.EditAsync(Path, async (_, to, token) =>
        {
            await to.WriteAsync("new"u8.ToArray(), token);
            return true;
        });
        FaultPoint.Reached = null;
        Assert.Single(steps, "fsync file");
        Assert.Single(steps, "fsync folder");
    }

    [Fact]
    public void Fallback_WithoutAnExchange_RefusesAFileThatIsNotWhatWasRead()
    {
        _folder.Write("a.json", "old");
        using (var source = FileSnapshot.Open(Path))
        {
            File.Move(_folder.Write("stranger", "his"), Path, overwrite: true);
            using var draft = FileDraft.Create(Path, source);
            Assert.False(draft.TryCheckAndRename(source.Identity, keepReplaced: false));
        }

        using (var source = FileSnapshot.Open(Path))
        {
            using var draft = FileDraft.Create(Path, source);
            RandomAccess.Write(draft.Handle, "mine"u8, 0);
            Assert.True(draft.TryCheckAndRename(source.Identity, keepReplaced: true));
        }

        Assert.Equal("mine", File.ReadAllText(Path));
        Assert.Equal("his", File.ReadAllText(Assert.Single(Directory.GetFiles(_folder.Path, "*.undo"))));
    }

    /// <summary>The worst moment: a stranger's version came out of the exchange, and who should put it back is dead.</summary>
    [LinuxFact]
    public async Task Death_BeforeAStrangersVersionIsPutBack_IsMendedByTheNextHolder()
    {
        _folder.Write("a.json", "old");
        await DieAsync("exchange back", "edit", Path, "+mine", _folder.Write("stranger", "his"));
        Assert.Equal("old+mine", File.ReadAllText(Path));
        await AtomicFile.EditAsync(Path, async (from, to, token) =>
        {
            await from.CopyToAsync(to, token);
            await to.WriteAsync("+next"u8.ToArray(), token);
            return true;
        });
        Assert.Equal("his+next", File.ReadAllText(Path));
        AssertNothingLeft();
    }

    [LinuxFact]
    public async Task Lock_TakenByAShell_IsWaitedFor()
    {
        _folder.Write("a.json", "old");
        using var shell = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("flock", ["a.json.lock", "sh", "-c", "echo ready; read line; printf shell > a.json"])
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        await shell.StandardOutput.ReadLineAsync();
        var edit = AtomicFile.EditAsync(Path, async (from, to, token) =>
        {
            await from.CopyToAsync(to, token);
            await to.WriteAsync("+mine"u8.ToArray(), token);
            return true;
        });
        Assert.False(edit.IsCompleted);
        await shell.StandardInput.WriteLineAsync();
        await edit;
        Assert.Equal("shell+mine", File.ReadAllText(Path));
    }

    private static async Task DieAsync(string step, params string[] verb)
    {
        using var child = ChildProcess.Start(["die-in", step, "1", .. verb]);
        await child.WaitForExitAsync();
        Assert.NotEqual(0, child.ExitCode);
    }

    private void AssertNothingLeft()
        => Assert.DoesNotContain(Directory.GetFiles(_folder.Path), file => file.EndsWith(".tmp", StringComparison.Ordinal) || file.EndsWith(".swap", StringComparison.Ordinal));
}
