using CommitRelay.Performance.Files;
using CommitRelay.Performance.TestHelpers;
using CommitRelay.Performance.Tool.Undo;

namespace CommitRelay.Performance.Tool.Tests;

/// <summary>What each changing command replaced, moved or removed comes back, byte for byte, unless somebody wrote since.</summary>
public sealed class UndoTests : IDisposable
{
    private readonly ChangingHome _home = new();

    public static TheoryData<string> Changing => ["queue prioritize", "queue split", "queue archive", "queue set", "queue add", "events trim", "events compress", "events roll", "config set", "clean logs", "clean cache", "clean snapshots", "clean history", "clean events", "workers stale", "workers archive"];

    public void Dispose() => _home.Dispose();

    [Theory, MemberData(nameof(Changing))]
    public async Task Undo_OfAnyChange_BringsBackEveryByte_AndCanItselfBeUndone(string command)
    {
        if (OperatingSystem.IsWindows())
            return;
        await _home.MakeAsync();
        var before = Files();
        var made = await _home.RunAsync(command);
        Assert.True(made.ExitCode is 0 or 1, made.Error);
        var changed = Files();
        Assert.NotEqual(before, changed);

        (await _home.UndoAsync("--dry-run")).Fine();
        Assert.Equal(changed, Files());
        (await _home.UndoAsync()).Fine();
        Assert.Equal(before, Files());
        (await _home.UndoAsync()).Fine();
        Assert.Equal(changed, Files());
        (await _home.UndoAsync()).Fine();
        Assert.Equal(before, Files());
    }

    [Theory, MemberData(nameof(Changing))]
    public async Task Change_WithoutUndo_KeepsNothing(string command)
    {
        if (OperatingSystem.IsWindows())
            return;
        await _home.MakeAsync();
        (await ToolRun.OfAsync("events", "trim", _home.Home.Events, "--keep", "1")).Fine();
        File.AppendAllText(_home.Home.Events, "{\"type\":\"d\"}\n");
        foreach (var kept in Directory.GetFiles(_home.Home.Coordination, "*.undo"))
            File.Delete(kept);
        Assert.True((await _home.RunAsync(command, "--no-undo")).ExitCode is 0 or 1);
        var changed = Files();
        Assert.Equal(1, (await _home.UndoAsync()).ExitCode);
        Assert.Equal(changed, Files());
    }

    [Theory]
    [InlineData("queue split", "coordination/task-queue.0001.json")]
    [InlineData("queue archive", "coordination/task-queue-archive.jsonl")]
    [InlineData("queue archive", "coordination/task-queue.json")]
    [InlineData("events compress", "coordination/dashboard-events.*.jsonl.gz")]
    [InlineData("clean history", "coordination/history/hourly-*.jsonl.gz")]
    [InlineData("workers stale", "coordination/worker-specs/archived/failed-*/one.json")]
    [InlineData("workers archive", "coordination/worker-specs/archived/2025-01-01/two.json")]
    public async Task Undo_WhereSomebodyWroteSince_LeavesAllAsItIs_AndSaysSo(string command, string written)
    {
        if (OperatingSystem.IsWindows())
            return;
        await _home.MakeAsync();
        Assert.True((await _home.RunAsync(command)).ExitCode is 0 or 1);
        var file = Matching(written);
        File.AppendAllText(file, "x");
        var changed = Files();
        var run = await _home.UndoAsync("--json");
        Assert.Equal(1, run.ExitCode);
        Assert.False(run.Json.GetProperty("undone").GetBoolean());
        Assert.Contains(file, run.Out, StringComparison.Ordinal);
        Assert.Equal(changed, Files());

        // What was kept stays, for whoever wants to look.
        Assert.Equal(1, (await _home.UndoAsync()).ExitCode);
        Assert.Equal(changed, Files());
    }

    [Theory]
    [InlineData("clean logs", "agents/logs/old.log")]
    [InlineData("clean cache", "cache/old")]
    public async Task Undo_OfADeletion_LeavesAFileThatCameInItsPlace(string command, string deleted)
    {
        if (OperatingSystem.IsWindows())
            return;
        await _home.MakeAsync();
        _home.Folder.Write(Path.Combine(Path.GetDirectoryName(deleted)!, "other.log"), "other");
        (await _home.RunAsync(command)).Fine();
        _home.Folder.Write(deleted, "new");
        var run = await _home.UndoAsync("--json");
        Assert.Equal(1, run.ExitCode);
        Assert.True(run.Json.GetProperty("undone").GetBoolean());
        Assert.Equal("new", File.ReadAllText(_home.Folder[deleted]));
        Assert.Equal("other", File.ReadAllText(_home.Folder[Path.GetDirectoryName(deleted)!, "other.log"]));
    }

    [Theory]
    [InlineData("events trim")]
    [InlineData("events roll")]
    public async Task Undo_OfALogThatWasCut_KeepsWhatWasAppendedSince(string command)
    {
        if (OperatingSystem.IsWindows())
            return;
        await _home.MakeAsync();
        var before = File.ReadAllText(_home.Home.Events);
        (await _home.RunAsync(command)).Fine();
        (await ToolRun.OfAsync("events", "emit", "--type", "late", "--message", "m", "--home", _home.Folder.Path)).Fine();
        File.AppendAllText(_home.Home.Events, "{\"type\":\"stranger\"}\n");
        (await _home.UndoAsync()).Fine();
        var now = File.ReadAllText(_home.Home.Events);
        Assert.StartsWith(before, now, StringComparison.Ordinal);
        Assert.Contains("\"late\"", now[before.Length..], StringComparison.Ordinal);
        Assert.EndsWith("{\"type\":\"stranger\"}\n", now, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(_home.Home.Coordination, "dashboard-events.*.jsonl"));
    }

    [Fact]
    public async Task Undo_OfATrimmedLog_IsNotHeldUpByAWriterWhoStillHadTheOldOne()
    {
        if (OperatingSystem.IsWindows())
            return;
        await _home.MakeAsync();
        var before = File.ReadAllText(_home.Home.Events);
        using (var old = new FileStream(_home.Home.Events, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            (await _home.RunAsync("events trim")).Fine();
            old.Write("{\"type\":\"astray\"}\n"u8);
        }

        File.AppendAllText(_home.Home.Events, "{\"type\":\"stranger\"}\n");
        (await _home.UndoAsync()).Fine();
        Assert.Equal(before + "{\"type\":\"stranger\"}\n", File.ReadAllText(_home.Home.Events));
    }

    [Fact]
    public async Task Clean_OfWhatMustNotBeEmptied_LeavesNoFolderOfOurs()
    {
        if (OperatingSystem.IsWindows())
            return;
        await _home.MakeAsync();
        Assert.Equal(2, (await ToolRun.OfAsync("clean", "cache", "--path", _home.Folder.Path, "--home", _home.Folder.Path)).ExitCode);
        Assert.False(Directory.Exists(_home.Folder[UndoFolder.Name]));
        Assert.Equal(2, (await ToolRun.OfAsync("clean", "cache", "--path", _home.Folder.Path, "--home", _home.Folder["agents"])).ExitCode);
        Assert.False(Directory.Exists(_home.Folder[UndoFolder.Name]));
        Assert.Empty(Directory.GetFileSystemEntries(_home.Folder["agents"], UndoFolder.Prefix + "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Undo_OfATrimmedLog_ThatIsAnotherByNow_SaysSo()
    {
        if (OperatingSystem.IsWindows())
            return;
        await _home.MakeAsync();
        (await _home.RunAsync("events trim")).Fine();
        File.WriteAllText(_home.Home.Events, "{\"type\":\"another\"}\n");
        Assert.Equal(1, (await _home.UndoAsync()).ExitCode);
        Assert.Equal("{\"type\":\"another\"}\n", File.ReadAllText(_home.Home.Events));
    }

    [Fact]
    public async Task OnlyTheLastChangeIsKept_AndTheAnswerSaysHowMuch()
    {
        if (OperatingSystem.IsWindows())
            return;
        await _home.MakeAsync();
        (await _home.RunAsync("clean cache")).Fine();
        var run = (await _home.RunAsync("clean logs", "--json")).Fine();
        Assert.Equal(4, run.Json.GetProperty("undo_bytes").GetInt64());
        Assert.Empty(Directory.EnumerateFiles(_home.Folder["cache"], "*", SearchOption.AllDirectories));
        (await _home.RunAsync("events trim", "--no-undo")).Fine();
        Assert.Empty(Directory.EnumerateFiles(_home.Home.Logs, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Undo_OfAChangeThatWasCutShort_PutsBackWhatWasRemovedOrMoved()
    {
        if (OperatingSystem.IsWindows())
            return;
        foreach (var command in (string[])["clean logs", "workers archive", "clean cache"])
        {
            using var home = new ChangingHome();
            await home.MakeAsync();
            var before = home.State();
            (await home.RunAsync(command)).Fine();
            var record = Path.Combine(Assert.Single(Directory.GetDirectories(Path.Combine(home.Home.Coordination, UndoFolder.Name))), "change.jsonl");

            // As a killed process leaves it: what became of the files is not told, and the last line is cut.
            var lines = File.ReadAllLines(record).Select(static line => System.Text.RegularExpressions.Regex.Replace(line, "\"after\":\\{[^}]*\\}", "\"after\":null").Replace("\"ended\":true", "\"ended\":false", StringComparison.Ordinal));
            File.WriteAllText(record, string.Join('\n', lines) + "\n{\"path\":\"/cut");
            (await home.UndoAsync()).Fine();
            Assert.Equal(before.Where(static file => !file.Contains("archived", StringComparison.Ordinal)), home.State().Where(static file => !file.Contains("archived", StringComparison.Ordinal)));
        }
    }

    [Theory, MemberData(nameof(Changing))]
    public async Task Change_ThatCannotBeKept_ChangesNothing_AndSaysHowToDoWithout(string command)
    {
        if (OperatingSystem.IsWindows())
            return;
        await _home.MakeAsync();
        var kept = Path.Combine(_home.Home.Coordination, UndoFolder.Name);
        Directory.Delete(kept, recursive: true);
        File.WriteAllText(kept, "in the way");
        var before = Files();
        var run = await _home.RunAsync(command);
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("--no-undo", Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Equal(before, Files());
        File.Delete(kept);
        Assert.True((await _home.RunAsync(command, "--no-undo")).ExitCode is 0 or 1);
        Assert.NotEqual(before, Files());
    }

    [UnixTheory]
    [InlineData("queue archive")]
    [InlineData("queue split")]
    [InlineData("events trim")]
    [InlineData("events roll")]
    public async Task Undo_ThatWasCutShort_IsTakenUpAgain_TakesNothingBackTwice_AndCanItselfBeUndone(string command)
    {
        await _home.MakeAsync();
        _home.Folder.Write("coordination/task-queue.0001.json", "{}");
        var before = Files();
        (await _home.RunAsync(command)).Fine();
        if (command.StartsWith("events", StringComparison.Ordinal))
        {
            File.AppendAllText(_home.Home.Events, "{\"type\":\"late\"}\n");
            before = [.. before.Select(static file => file.Contains("events.jsonl:", StringComparison.Ordinal) ? file + "{\"type\":\"late\"}\n" : file)];
        }

        var changed = Files();
        var undo = Path.Combine(_home.Home.Coordination, UndoFolder.Name);
        var made = Assert.Single(Directory.GetDirectories(undo));
        using var elsewhere = new TempFolder();
        var saved = elsewhere["saved"];
        Directory.Move(made, saved);
        Directory.CreateDirectory(made);
        File.SetUnixFileMode(made, File.GetUnixFileMode(saved));
        foreach (var file in Directory.GetFiles(saved))
            File.Copy(file, Path.Combine(made, Path.GetFileName(file)));
        (await _home.UndoAsync()).Fine();
        Assert.Equal(before, Files());

        // As it is when the process dies between the last file that it puts back and its end.
        var record = Path.Combine(Assert.Single(Directory.GetDirectories(undo)), "change.jsonl");
        File.WriteAllText(record, File.ReadAllText(record).Replace("\"ended\":true", "\"ended\":false", StringComparison.Ordinal));
        Directory.Move(saved, made);
        (await _home.UndoAsync()).Fine();
        Assert.Equal(before, Files());
        (await _home.UndoAsync()).Fine();
        Assert.Equal(changed, Files());
    }

    [UnixFact]
    public async Task Undo_OfARollThatWasCutShort_LeavesNoSecondNameOfTheFile()
    {
        await _home.MakeAsync();
        var before = Files();
        (await _home.RunAsync("events roll")).Fine();
        var record = Path.Combine(Assert.Single(Directory.GetDirectories(Path.Combine(_home.Home.Coordination, UndoFolder.Name))), "change.jsonl");

        // As a process leaves it that is killed before it has told what the part is called.
        var lines = File.ReadAllLines(record);
        File.WriteAllText(record, $"{lines[0].Replace("\"ended\":true", "\"ended\":false", StringComparison.Ordinal)}\n{System.Text.RegularExpressions.Regex.Replace(lines[1], "\"head\":\\d+", "\"head\":null")}\n");
        (await _home.UndoAsync()).Fine();
        Assert.Equal(before, Files());
    }

    [UnixFact]
    public async Task Undo_OfARoll_BringsBackWhatAStrangerAppendedWhileItWasMade()
    {
        await _home.MakeAsync();
        (await _home.RunAsync("events roll")).Fine();
        var undo = Assert.Single(Directory.GetDirectories(Path.Combine(_home.Home.Coordination, UndoFolder.Name)));
        var record = Path.Combine(undo, "change.jsonl");
        var part = Directory.GetFiles(_home.Home.Coordination, "dashboard-events.*.jsonl").Order(StringComparer.Ordinal).Last();
        var then = FileMark.Of(part)!;
        File.AppendAllText(part, "{\"type\":\"stranger\"}\n");
        var now = FileMark.Of(part)!;

        // As it is when the line came between the renaming and the look at what the command left.
        var lines = File.ReadAllLines(record);
        lines[^1] = lines[^1].Replace($"{{\"bytes\":{then.Bytes},\"written_ticks\":{then.WrittenTicks}}}", $"{{\"bytes\":{now.Bytes},\"written_ticks\":{now.WrittenTicks}}}", StringComparison.Ordinal);
        File.WriteAllLines(record, lines);
        File.WriteAllText(_home.Home.Events, "{\"type\":\"late\"}\n");
        (await _home.UndoAsync()).Fine();
        Assert.False(File.Exists(part));
        Assert.EndsWith("{\"type\":\"stranger\"}\n{\"type\":\"late\"}\n", File.ReadAllText(_home.Home.Events), StringComparison.Ordinal);
    }

    [MountFact]
    public async Task ChangeAndUndo_OnAFullDisk_SayWhatTheyHaveDone_AndItCanBeTakenBack()
    {
        foreach (var command in (string[])["queue add", "queue split", "events trim", "events roll", "clean logs", "workers archive"])
        {
            for (var free = 0; free <= 32; free += 4)
            {
                using var home = new ChangingHome();
                using var disk = new SmallMount(home.Folder.Path, "1m");
                await home.MakeAsync();
                Directory.Delete(Path.Combine(home.Home.Coordination, UndoFolder.Name), recursive: true);
                foreach (var kept in Directory.GetFiles(home.Home.Coordination, "*.undo"))
                    File.Delete(kept);
                var before = Files(home);
                Fill(home, free);
                var made = await home.RunAsync(command);
                File.Delete(home.Folder["filler"]);
                var changed = Files(home);
                if (before.SequenceEqual(changed))
                {
                    Assert.Equal(3, made.ExitCode);
                    continue;
                }

                // What is not noted to its end may not be taken back; that is said.
                if (made.Error.Contains("could not be noted", StringComparison.Ordinal))
                    continue;
                Assert.True(made.ExitCode == 0 || command == "queue split", made.Error);
                Fill(home, free);
                var undone = await home.UndoAsync();
                File.Delete(home.Folder["filler"]);
                Assert.Equal(undone.ExitCode == 0 ? before : changed, Files(home));
                if (undone.ExitCode == 0)
                    continue;
                (await home.UndoAsync()).Fine();
                Assert.Equal(before, Files(home));
            }
        }
    }

    [UnixFact]
    public async Task ChangeWithoutUndo_WhileAnotherIsMade_LeavesItWhatItKeeps()
    {
        await _home.MakeAsync();
        var before = Files();
        (await _home.RunAsync("clean logs")).Fine();
        using (FileLock.TryAcquire(Path.Combine(_home.Home.Coordination, UndoFolder.Name, "change")))
            (await _home.RunAsync("queue set", "--no-undo")).Fine();
        (await _home.UndoAsync()).Fine();
        Assert.Equal(before.Where(static file => !file.Contains("queue", StringComparison.Ordinal)), Files().Where(static file => !file.Contains("queue", StringComparison.Ordinal)));
    }

    [LinuxFact]
    public async Task Change_WhoseFolderOthersMayWriteIn_IsNotMade()
    {
        await _home.MakeAsync();
        var undo = Path.Combine(_home.Home.Coordination, UndoFolder.Name);
        var victim = _home.Folder.Write("victim", "precious");
        File.Delete(Path.Combine(undo, "change.lock"));
        File.CreateSymbolicLink(Path.Combine(undo, "change.lock"), victim);
        File.SetUnixFileMode(undo, File.GetUnixFileMode(undo) | UnixFileMode.OtherWrite);
        var before = Files();
        Assert.Equal(3, (await _home.RunAsync("clean logs")).ExitCode);
        Assert.Equal(before, Files());
    }

    [LinuxFact]
    public async Task Record_ThatOthersMayWriteTo_IsNotRead()
    {
        await _home.MakeAsync();
        (await _home.RunAsync("clean logs")).Fine();
        var changed = Files();
        var made = Assert.Single(Directory.GetDirectories(Path.Combine(_home.Home.Coordination, UndoFolder.Name)));
        File.SetUnixFileMode(made, File.GetUnixFileMode(made) | UnixFileMode.OtherWrite);
        foreach (var kept in Directory.GetFiles(_home.Home.Coordination, "*.undo"))
            File.Delete(kept);
        Assert.Equal(1, (await _home.UndoAsync()).ExitCode);
        Assert.Equal(changed, Files());
        File.SetUnixFileMode(made, File.GetUnixFileMode(made) & ~UnixFileMode.OtherWrite);
        (await _home.UndoAsync()).Fine();
        Assert.NotEqual(changed, Files());
    }

    [UnixTheory]
    [InlineData("queue set", "task-queue.json", false)]
    [InlineData("queue archive", "task-queue.json", true)]
    [InlineData("events trim", "dashboard-events.jsonl", false)]
    [InlineData("events roll", "dashboard-events.jsonl", true)]
    public async Task Undo_OfAChangeOfALink_ThatLeadsOutOfTheHome_IsFound(string command, string name, bool named)
    {
        await _home.MakeAsync();
        using var elsewhere = new TempFolder();
        var link = Path.Combine(_home.Home.Coordination, name);
        File.Move(link, elsewhere["file"]);
        File.CreateSymbolicLink(link, elsewhere["file"]);
        var before = File.ReadAllText(link);
        (await _home.RunAsync(command, command == "queue set" ? ["c=d"] : [])).Fine();
        Assert.False(File.Exists(elsewhere["file"]) && File.ReadAllText(link) == before);
        (await _home.UndoAsync(named ? ["--file", link] : [])).Fine();
        Assert.Equal(before, File.ReadAllText(link));
        Assert.NotNull(new FileInfo(link).LinkTarget);
    }

    [UnixFact]
    public async Task Undo_OfALogInWhosePlaceALinkLies_DoesNotWriteWhereItLeads()
    {
        await _home.MakeAsync();
        (await _home.RunAsync("events roll")).Fine();
        var victim = _home.Folder.Write("victim", "precious");
        File.CreateSymbolicLink(_home.Home.Events, victim);
        Assert.Equal(1, (await _home.UndoAsync()).ExitCode);
        Assert.Equal("precious", File.ReadAllText(victim));
    }

    [UnixFact]
    public async Task Change_WhoseFolderIsALink_IsNotMade()
    {
        await _home.MakeAsync();
        var undo = Path.Combine(_home.Home.Coordination, UndoFolder.Name);
        Directory.Delete(undo, recursive: true);
        Directory.CreateSymbolicLink(undo, Directory.CreateDirectory(_home.Folder["elsewhere"]).FullName);
        var before = Files();
        Assert.Equal(3, (await _home.RunAsync("clean logs")).ExitCode);
        Assert.Equal(before, Files());
        Assert.Empty(Directory.GetFileSystemEntries(_home.Folder["elsewhere"]));
    }

    /// <summary>Folders that a change has made may stay.</summary>
    private List<string> Files() => Files(_home);

    private static List<string> Files(ChangingHome home) => [.. home.State().Where(static entry => !entry.EndsWith('/'))];

    /// <summary>Fills the disk but for some KiB.</summary>
    private static void Fill(ChangingHome home, int free)
    {
        using var filler = new FileStream(home.Folder["filler"], FileMode.Create, FileAccess.Write, FileShare.None, 0);
        try
        {
            while (true)
                filler.Write(new byte[4096]);
        }
        catch (IOException)
        {
            filler.SetLength(filler.Length - (free * 1024));
        }
    }

    private string Matching(string pattern)
    {
        var places = new List<string> { _home.Folder.Path };
        foreach (var part in pattern.Split('/'))
            places = [.. places.SelectMany(place => Directory.GetFileSystemEntries(place, part))];
        return places.Single(static place => !place.EndsWith(".lock", StringComparison.Ordinal));
    }
}
