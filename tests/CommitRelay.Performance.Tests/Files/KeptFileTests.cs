using System.Text;
using CommitRelay.Performance.Files;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Files;

/// <summary>What an edit replaced is found by anyone, and put back only where nobody wrote since.</summary>
public sealed class KeptFileTests : IDisposable
{
    private const string Old = """{"tasks":[{"id":"a"},{"id":"b"}]}""";
    private readonly TempFolder _folder = new();

    private string Path => _folder["a.json"];

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Edits => ["queue", "member", "removal", "edit", "write"];

    [UnixFact]
    public async Task PutBack_ThatACrashCutShort_CanStillBeUndone()
    {
        _folder.Write("a.json", Old);
        await EditAsync("edit");
        var edited = File.ReadAllText(Path);
        var kept = KeptFile.Find(Path)!;
        File.Copy(kept.KeptPath, _folder["saved"]);
        Assert.True(await kept.PutBackAsync());

        // The crash came before what was kept last was removed.
        File.Move(_folder["saved"], kept.KeptPath);
        Assert.True(await KeptFile.Find(Path)!.PutBackAsync());
        Assert.Equal(edited, File.ReadAllText(Path));
    }

    [Theory]
    [MemberData(nameof(Edits))]
    public async Task PutBack_AfterAnyKindOfEdit_BringsTheOldFile_AndCanItselfBeUndone(string edit)
    {
        _folder.Write("a.json", Old);
        await EditAsync(edit);
        var edited = File.ReadAllText(Path);
        Assert.NotEqual(Old, edited);
        var kept = KeptFile.Find(Path)!;
        Assert.Equal(Path, kept.FilePath);
        Assert.Equal(Old, File.ReadAllText(kept.KeptPath));
        Assert.Equal(kept.ReplacedAt.UtcDateTime, File.GetLastWriteTimeUtc(Path));
        Assert.True(kept.CanPutBack);

        Assert.True(await kept.PutBackAsync());
        Assert.Equal(Old, File.ReadAllText(Path));
        Assert.False(kept.CanPutBack);
        Assert.True(await KeptFile.Find(Path)!.PutBackAsync());
        Assert.Equal(edited, File.ReadAllText(Path));
        AssertOnlyOneIsKept();
    }

    [Fact]
    public async Task PutBack_WhenSomebodyWroteSince_ChangesNothing()
    {
        foreach (var stranger in (Action[])[() => File.AppendAllText(Path, " "), () => File.Move(_folder.Write("other", Old), Path, overwrite: true), () => File.Delete(Path)])
        {
            _folder.Write("a.json", Old);
            await EditAsync("member");
            var kept = KeptFile.Find(Path)!;
            stranger();
            var now = File.Exists(Path) ? File.ReadAllText(Path) : null;
            Assert.False(kept.CanPutBack);
            Assert.False(await kept.PutBackAsync());
            Assert.Equal(now, File.Exists(Path) ? File.ReadAllText(Path) : null);
            Assert.True(File.Exists(kept.KeptPath));
        }
    }

    [Fact]
    public async Task PutBack_OfAnEditThatALaterOneOvertook_ChangesNothing()
    {
        _folder.Write("a.json", Old);
        await EditAsync("queue");
        var first = KeptFile.Find(Path)!;
        await EditAsync("member");
        var edited = File.ReadAllText(Path);
        Assert.False(await first.PutBackAsync());
        Assert.Equal(edited, File.ReadAllText(Path));
        AssertOnlyOneIsKept();
        Assert.True(await KeptFile.Find(Path)!.PutBackAsync());
    }

    [Fact]
    public async Task Find_WhereNothingIsKept_IsNull_AndNamesOfOthersAreNotMistaken()
    {
        _folder.Write("a.json", Old);
        await JsonMemberEditor.SetAsync(Path, "x", "1", create: true);
        Assert.Null(KeptFile.Find(Path));
        _folder.Write("a.json.undo", "");
        _folder.Write("a.json.1-2.undo", "");
        _folder.Write("a.json.x.1-2-3.undo", "");
        Assert.Null(KeptFile.Find(Path));
        Assert.False(await new QueueEditor(Path).UndoAsync());
    }

    [Fact]
    public async Task FindAll_ListsTheLatestFirst_InFoldersBelowToo()
    {
        Directory.CreateDirectory(_folder["below"]);
        string[] files = [Path, _folder["below/b*.json"], _folder["c.json"]];
        foreach (var file in files)
        {
            File.WriteAllText(file, "{}");
            await JsonMemberEditor.SetAsync(file, "x", "1", create: true, keepReplaced: true);
        }

        Assert.Equal(files.Reverse(), KeptFile.FindAll(_folder.Path).Select(kept => kept.FilePath));
        Assert.All(KeptFile.FindAll(_folder.Path), kept => Assert.True(kept.CanPutBack));
    }

    [Fact]
    public async Task Write_OfANewFile_KeepsNothing()
    {
        await AtomicFile.WriteAsync(Path, (stream, token) => stream.WriteAsync("1"u8.ToArray(), token).AsTask(), keepReplaced: true, default);
        Assert.Null(KeptFile.Find(Path));
        Assert.Equal([Path], Directory.GetFiles(_folder.Path));
    }

    [UnixFact]
    public async Task PutBack_ThroughASymbolicLink_FindsTheTargetsKeptFile()
    {
        _folder.Write("real.json", Old);
        File.CreateSymbolicLink(Path, _folder["real.json"]);
        await EditAsync("member");
        Assert.True(await KeptFile.Find(Path)!.PutBackAsync());
        Assert.Equal(Old, File.ReadAllText(_folder["real.json"]));
        Assert.NotNull(new FileInfo(Path).LinkTarget);
    }

    private Task EditAsync(string kind)
    {
        var added = Encoding.UTF8.GetBytes($"{{\"id\":\"{Guid.NewGuid()}\"}}");
        return kind switch
        {
            "queue" => new QueueEditor(Path, new QueueEditorOptions { KeepReplaced = true }).AppendAsync([added]),
            "member" => JsonMemberEditor.SetAsync(Path, "tasks[0].id", $"\"{Guid.NewGuid()}\"", keepReplaced: true),
            "removal" => JsonMemberEditor.RemoveAsync(Path, "tasks[0].id", keepReplaced: true),
            "edit" => AtomicFile.EditAsync(Path, async (_, to, token) => { await to.WriteAsync(added, token); return true; }, keepReplaced: true, default),
            _ => AtomicFile.WriteAsync(Path, (stream, token) => stream.WriteAsync(added, token).AsTask(), keepReplaced: true, default),
        };
    }

    private void AssertOnlyOneIsKept()
    {
        Assert.Single(Directory.GetFiles(_folder.Path, "*.undo"));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.swap").Concat(Directory.GetFiles(_folder.Path, "*.tmp")));
    }
}
