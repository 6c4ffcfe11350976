using System.IO.Compression;
using CommitRelay.Performance.Monitoring;
using CommitRelay.Performance.Relay;
using CommitRelay.Performance.TestHelpers;
using Microsoft.Extensions.Time.Testing;

namespace CommitRelay.Performance.Tests.Monitoring;

[Collection(nameof(AloneInTheProcess))]
public sealed class HomeUpkeepFilesTests : IDisposable
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
    private readonly RelayHome _home;
    private readonly HomeUpkeep _upkeep;
    private readonly HomeUpkeep _look;

    public HomeUpkeepFilesTests()
    {
        _home = new RelayHome(_folder["home"]);
        _upkeep = new HomeUpkeep(_home, time: _time);
        _look = new HomeUpkeep(_home, dryRun: true, _time);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Logs_PastTheirAge_AreDeleted_RotatedAndCompressedOnesToo_AndNothingElse()
    {
        var old = new[] { Log("system/a.log", 8), Log("workers/\nodd: name/b.log.1", 9), Log("c.log.gz", 30) };
        var kept = new[] { Log("system/new.log", 6), Log("system/notes.txt", 30) };
        Assert.Equal(old.Order(), _look.DeleteLogs(Week).Steps.Select(step => step.Path).Order());
        Assert.All(old, path => Assert.True(File.Exists(path)));

        var report = _upkeep.DeleteLogs(Week);
        Assert.Equal(old.Order(), report.Steps.Select(step => step.Path).Order());
        Assert.Equal(old.Length * 4, report.Bytes);
        Assert.Empty(report.Skipped);
        Assert.All(old, path => Assert.False(File.Exists(path)));
        Assert.All(kept, path => Assert.True(File.Exists(path)));
    }

    [LinuxFact]
    public void BeforeStep_IsToldOfEachFileWhileItIsThere_AndNeverInADryRun()
    {
        var old = new[] { Log("system/a.log", 8), Log("c.log.gz", 30) };
        var told = new List<string>();
        void Keep(UpkeepStep step)
        {
            Assert.True(File.Exists(step.Path));
            told.Add(step.Path);
        }

        new HomeUpkeep(_home, dryRun: true, _time, Keep).DeleteLogs(Week);
        Assert.Empty(told);
        new HomeUpkeep(_home, time: _time, beforeStep: Keep).DeleteLogs(Week);
        Assert.Equal(old.Order(), told.Order());
    }

    [LinuxFact]
    public void Log_ThatBeforeStepObjectsTo_StaysAndIsNamed()
    {
        var path = Log("system/a.log", 8);
        var skip = Assert.Single(new HomeUpkeep(_home, time: _time, beforeStep: static _ => throw new IOException("no room")).DeleteLogs(Week).Skipped);
        Assert.Equal(new UpkeepSkip(path, "no room"), skip);
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void WhatUndoKeeps_IsNoPartOfTheHome()
    {
        var kept = Log(".relay-perf-undo/1/0.log", 30);
        Assert.Empty(_upkeep.DeleteLogs(Week).Steps);
        Assert.Empty(_upkeep.ClearCache(_home.Logs).Steps);
        Assert.Equal(0, LogScan.Errors(_home).LogFiles);
        Assert.True(File.Exists(kept));
    }

    [LinuxFact]
    public void Log_ThatIsOpenForWriting_StaysAndIsNamed()
    {
        var path = Log("system/a.log", 8);
        using (new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            File.SetLastWriteTimeUtc(path, _time.GetUtcNow().UtcDateTime - TimeSpan.FromDays(8));
            var skip = Assert.Single(_upkeep.DeleteLogs(Week).Skipped);
            Assert.Equal(new UpkeepSkip(path, "open for writing"), skip);
        }

        using (new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
            Assert.Single(_upkeep.DeleteLogs(Week).Steps);
    }

    [LinuxFact]
    public void Log_WhoseNameIsNoUtf8_StaysAndIsNamed()
    {
        Directory.CreateDirectory(_home.Logs);
        Shell("f=$(printf '%s/\\377.log' \"$0\"); echo text > \"$f\"; touch -t 202001010000 \"$f\"");
        var skip = Assert.Single(_upkeep.DeleteLogs(TimeSpan.Zero).Skipped);
        Assert.Contains("UTF-8", skip.Reason, StringComparison.Ordinal);

        // .NET cannot remove it either.
        Shell("rm -r \"$0\"");

        void Shell(string script)
        {
            using var shell = System.Diagnostics.Process.Start("sh", ["-c", script, _home.Logs]);
            shell.WaitForExit();
        }
    }

    [LinuxFact]
    public void EventArchives_BehindALink_AreLeftAlone()
    {
        var outside = _folder.Write("outside/dashboard-events.20261001T0000000000000Z.jsonl", "{}\n");
        Directory.CreateDirectory(_home.Coordination);
        Directory.CreateSymbolicLink(_home.EventArchive, _folder["outside"]);
        var report = _upkeep.KeepEventArchives(TimeSpan.Zero, TimeSpan.Zero);
        Assert.Empty(report.Steps);
        Assert.Contains("behind a link", Assert.Single(report.Skipped).Reason, StringComparison.Ordinal);
        Assert.True(File.Exists(outside));
    }

    [Fact]
    public void EventArchives_AreCompressed_AndDeletedPastTheirAge_AndTheEventFileStays()
    {
        var live = _folder.Write("home/coordination/dashboard-events.jsonl", "{}\n");
        var old = Part("dashboard-events.20261001T0000000000000Z.jsonl");
        var recent = Part("dashboard-events.20261122T0000000000000Z.jsonl");
        var fresh = Part("dashboard-events.20261124T1100000000000Z.jsonl");
        Assert.Equal([(UpkeepAction.Deleted, old), (UpkeepAction.Compressed, recent)], Steps(_look));
        Assert.True(File.Exists(old));

        Assert.Equal([(UpkeepAction.Deleted, old), (UpkeepAction.Compressed, recent)], Steps(_upkeep));
        Assert.False(File.Exists(old) || File.Exists(recent));
        using var text = new StreamReader(new GZipStream(File.OpenRead(recent + ".gz"), CompressionMode.Decompress));
        Assert.Equal("{\"n\":1}\n", text.ReadToEnd());
        Assert.True(File.Exists(live) && File.Exists(fresh));
        Assert.Empty(Steps(_upkeep));

        string Part(string name) => _folder.Write($"home/coordination/{name}", "{\"n\":1}\n");
        IEnumerable<(UpkeepAction, string)> Steps(HomeUpkeep upkeep) => upkeep.KeepEventArchives(TimeSpan.FromDays(1), TimeSpan.FromDays(30)).Steps.Select(step => (step.Action, step.Path));
    }

    [LinuxFact]
    public void Links_AreNotFollowed_NeitherToFilesNorToFolders()
    {
        var outside = _folder.Write("outside/precious.log", "text");
        File.SetLastWriteTimeUtc(outside, DateTime.UnixEpoch);
        Directory.CreateDirectory(_home.Logs);
        Directory.CreateSymbolicLink(Path.Combine(_home.Logs, "folder.log"), _folder["outside"]);
        File.CreateSymbolicLink(Path.Combine(_home.Logs, "file.log"), outside);
        var report = _upkeep.DeleteLogs(Week);
        Assert.Empty(report.Steps);
        Assert.True(File.Exists(outside));
    }

    [LinuxFact]
    public void LogsFolder_ThatIsALink_IsLeftAloneAndNamed()
    {
        var outside = _folder.Write("outside/precious.log", "text");
        File.SetLastWriteTimeUtc(outside, DateTime.UnixEpoch);
        Directory.CreateDirectory(Path.GetDirectoryName(_home.Logs)!);
        Directory.CreateSymbolicLink(_home.Logs, _folder["outside"]);
        Assert.Equal(new UpkeepSkip(_home.Logs, "the folder is a link"), Assert.Single(_upkeep.DeleteLogs(Week).Skipped));
        Assert.True(File.Exists(outside));
    }

    [Fact]
    public void Logs_OfAHomeThatHasNone_AreAnEmptyReport() => Assert.Empty(_upkeep.DeleteLogs(Week).Steps);

    [Fact]
    public void Cache_NamedInFull_IsEmptied_AndTheFolderStays()
    {
        var cache = _folder["cache"];
        _folder.Write("cache/a", "12");
        _folder.Write("cache/below/more/b", "345");
        Assert.Equal(5, _look.ClearCache(cache).Bytes);
        Assert.Equal(5, _upkeep.ClearCache(cache).Bytes);
        Assert.Empty(Directory.EnumerateFileSystemEntries(cache));
        Assert.True(Directory.Exists(cache));
    }

    [Fact]
    public void Cache_ThatWouldTakeTheHomeAway_IsRefused()
    {
        _folder.Write("home/coordination/task-queue.json", "{}");
        foreach (var folder in (string[])["relative/cache", "/", _folder.Path, _home.Root, _home.Coordination, _folder["home", "..", "home"], Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)])
            Assert.Throws<ArgumentException>(() => _upkeep.ClearCache(folder));
        Assert.Throws<DirectoryNotFoundException>(() => _upkeep.ClearCache(_folder["none"]));
        Assert.True(File.Exists(_home.TaskQueue));
    }

    [LinuxFact]
    public void Cache_BehindALinkThatLeadsToTheHome_IsRefused()
    {
        _folder.Write("home/coordination/task-queue.json", "{}");
        Directory.CreateSymbolicLink(_folder["link"], _folder.Path);
        Assert.Throws<ArgumentException>(() => _upkeep.ClearCache(_folder["link"]));
        Assert.Throws<ArgumentException>(() => _upkeep.ClearCache(_folder["link", "home"]));
        Assert.True(File.Exists(_home.TaskQueue));
    }

    [Fact]
    public async Task Snapshots_AreCutToTheLast_AndADryRunSaysHowMuch()
    {
        _folder.Write("home/coordination/metrics-snapshots.jsonl", "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n");
        Assert.Equal(16, (await _look.TrimSnapshotsAsync(1)).Bytes);
        Assert.Equal(16, (await _upkeep.TrimSnapshotsAsync(1)).Bytes);
        Assert.Equal("{\"n\":3}\n", File.ReadAllText(_home.MetricsSnapshots));
        Assert.Empty((await _upkeep.TrimSnapshotsAsync(1)).Steps);
    }

    [Fact]
    public async Task History_IsPackedByMonth_EachFileALine_ByteForByteOutsideBlanks()
    {
        Hourly("2026-09-30T23:30:00-0600", "{\n  \"a\": 1.00,\n  \"b\": \"x \\n y\"\n}\n");
        Hourly("2026-09-01T00:00:00Z", "{\"n\": 1}");
        var kept = Hourly("2026-11-20T00:00:00Z", "{\"new\": 1}");
        Assert.Equal(2, (await _look.PackHistoryAsync(TimeSpan.FromDays(30))).Steps.Count);
        var report = await _upkeep.PackHistoryAsync(TimeSpan.FromDays(30));
        Assert.Equal(2, report.Steps.Count);
        Assert.Equal("{\"n\":1}\n", Unpack("hourly-2026-09.jsonl.gz"));
        Assert.Equal("{\"a\":1.00,\"b\":\"x \\n y\"}\n", Unpack("hourly-2026-10.jsonl.gz"));
        Assert.Equal([kept], Directory.GetFiles(Path.Combine(_home.History, "hourly")));
    }

    [Fact]
    public async Task History_PackedAgain_IsAddedToTheArchive_AndWhatAKilledRunLeftIsNotTwiceInIt()
    {
        Hourly("2026-09-01T00:00:00Z", "{\"n\": 1}");
        await _upkeep.PackHistoryAsync(Week);
        Hourly("2026-09-01T00:00:00Z", "{\"n\": 1}");
        Hourly("2026-09-01T01:00:00Z", "{\"n\": 2}");
        var report = await _upkeep.PackHistoryAsync(Week);
        Assert.Equal(2, report.Steps.Count);
        Assert.Equal("{\"n\":1}\n{\"n\":2}\n", Unpack("hourly-2026-09.jsonl.gz"));
    }

    [Fact]
    public async Task History_FileThatIsNotJson_StaysAndIsNamedWithItsFirstError()
    {
        var broken = Hourly("2025-11-21T10:23:31-0600", "{\"workers\": ,}");
        var empty = Hourly("2025-11-22T10:23:31-0600", "");
        var report = await _upkeep.PackHistoryAsync(Week);
        Assert.Empty(report.Steps);
        Assert.Equal([new(broken, "not valid JSON from byte 12 on"), new(empty, "not valid JSON from byte 0 on")], report.Skipped.OrderBy(skip => skip.Path, StringComparer.Ordinal));
        Assert.True(File.Exists(broken));
    }

    private string Log(string name, int daysOld)
    {
        var path = _folder.Write($"home/agents/logs/{name}", "text");
        File.SetLastWriteTimeUtc(path, _time.GetUtcNow().UtcDateTime - TimeSpan.FromDays(daysOld));
        return path;
    }

    private string Hourly(string stamp, string json) => _folder.Write($"home/coordination/history/hourly/{stamp}.json", json);

    private string Unpack(string name)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(_home.History, name)), CompressionMode.Decompress));
        return reader.ReadToEnd();
    }
}
