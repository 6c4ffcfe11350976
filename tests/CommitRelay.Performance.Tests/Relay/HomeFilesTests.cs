using CommitRelay.Performance.Relay;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Relay;

public sealed class HomeFilesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SharedFact]
    public void RealHome_IsWalkedAsExpected()
    {
        var home = new RelayHome(Repository.CorpusHome);
        var expected = ExpectedAnswers.Of("file_system");
        var larger = expected.Counts("files_larger_than");
        var files = HomeFiles.Walk(home, new HomeFilesOptions { SizeThresholds = [.. larger.Keys.Select(long.Parse)] });
        Assert.Equal(expected.Long("files"), files.Files);
        Assert.Equal(expected.Long("folders"), files.Folders);
        Assert.Equal(expected.Long("apparent_bytes"), files.Bytes);
        Assert.Equal(expected.Long("empty_files"), files.EmptyFiles);
        Assert.Equal(larger.Values, files.LargerThan.Select(size => size.Files));
        Assert.Equal(
            expected.GetProperty("largest5").EnumerateArray().Select(file => (file[0].GetString()!, file[1].GetInt64())),
            files.Largest.Select(file => (home.Relative(file.Path), file.Bytes)));
        Assert.Equal(expected.Long("worker_spec_json_files"), files.SpecFiles);
        Assert.Equal(expected.Long("active_entries"), files.ActiveEntries);
        Assert.Equal(expected.Counts("by_extension"), files.ByExtension);
        Assert.Equal(expected.Long("names_with_colon"), files.NamesWithColon);
        Assert.Equal(expected.Long("names_with_newline"), files.NamesWithLineFeed);
        Assert.Equal(
            ExpectedAnswers.Of("worker_specs").EnumerateObject().ToDictionary(folder => folder.Name["coordination/worker-specs/".Length..], folder => (folder.Value.Long("json_files"), folder.Value.Long("bytes"))),
            files.WorkerSpecs.ToDictionary(folder => folder.Key, folder => (folder.Value.Files, folder.Value.Bytes)));
        Assert.Equal((0, false), (files.Unreadable.Count, files.IsCut));
    }

    [Fact]
    public void Walk_SortsFilesIntoTheirKinds()
    {
        _folder.Write("coordination/dashboard-events.jsonl", "{}");
        _folder.Write("coordination/dashboard-events-archive/old.jsonl.gz", "12345");
        _folder.Write("coordination/events/deep/er/e.jsonl", "");
        _folder.Write("coordination/events-of-others.jsonl", "1");
        _folder.Write("coordination/metrics-snapshots.jsonl", "123");
        _folder.Write("coordination/history/hourly/x.json", "1");
        _folder.Write("agents/logs/system/a.log.1", "1234");
        var files = HomeFiles.Walk(new RelayHome(_folder.Path));
        Assert.Equal((3, 7, 1), (files.Events.Files, files.Events.Bytes, files.Events.EmptyFiles));
        Assert.Equal((2, 4), (files.Snapshots.Files, files.Snapshots.Bytes));
        Assert.Equal((1, 4), (files.Logs.Files, files.Logs.Bytes));
        Assert.Equal(7, files.Files);
    }

    [Fact]
    public void Walk_AgesAreOfTheLastWrite()
    {
        File.SetLastWriteTimeUtc(_folder.Write("agents/logs/a.log", "1"), new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        File.SetLastWriteTimeUtc(_folder.Write("agents/logs/b.log", "1"), new DateTime(2021, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        var logs = HomeFiles.Walk(new RelayHome(_folder.Path)).Logs;
        Assert.Equal(new DateTimeOffset(2020, 1, 2, 3, 4, 5, TimeSpan.Zero), logs.Oldest);
        Assert.Equal(new DateTimeOffset(2021, 1, 2, 3, 4, 5, TimeSpan.Zero), logs.Newest);
    }

    [UnixFact]
    public void Walk_FollowsNoLinkAndOpensNoPipe()
    {
        _folder.Write("outside/large", new string('x', 1000));
        _folder.Write("home/file", "1");
        Directory.CreateSymbolicLink(_folder["home", "up"], _folder.Path);
        File.CreateSymbolicLink(_folder["home", "large"], _folder["outside", "large"]);
        File.CreateSymbolicLink(_folder["home", "dangling"], _folder["nowhere"]);
        var files = HomeFiles.Walk(new RelayHome(_folder["home"]));
        Assert.Equal((1, 1, 0, 3), (files.Files, files.Bytes, files.Folders, files.Links));
    }

    [UnixFact]
    public void Walk_AHomeReachedThroughALink_IsWalked()
    {
        _folder.Write("real/file", "1");
        Directory.CreateSymbolicLink(_folder["home"], _folder["real"]);
        Assert.Equal(1, HomeFiles.Walk(new RelayHome(_folder["home"])).Files);
    }

    [Fact]
    public void Walk_SparseAndEmptyFiles_CountByTheirApparentSize()
    {
        using (var large = File.Create(_folder["large"]))
            large.SetLength(5L << 30);
        _folder.Write("empty", "");
        var files = HomeFiles.Walk(new RelayHome(_folder.Path));
        Assert.Equal((2, 5L << 30, 1), (files.Files, files.Bytes, files.EmptyFiles));
        Assert.Equal([1L, 1L], files.LargerThan.Select(size => size.Files));
        Assert.Equal(["large", "empty"], files.Largest.Select(file => Path.GetFileName(file.Path)));
    }

    [Theory]
    [InlineData("a.json", ".json")]
    [InlineData("a.json.backup-1", ".backup-1")]
    [InlineData(".hidden", "(none)")]
    [InlineData("..odd", "(none)")]
    [InlineData(".hidden.txt", ".txt")]
    [InlineData("plain", "(none)")]
    public void Walk_TheExtension_IsWhatFollowsTheLastDot(string name, string extension)
    {
        _folder.Write(name, "");
        Assert.Equal([extension], HomeFiles.Walk(new RelayHome(_folder.Path)).ByExtension.Keys);
    }

    [Fact]
    public void Walk_AMissingHome_IsUnreadableNotAnError()
    {
        var files = HomeFiles.Walk(new RelayHome(_folder["none"]));
        Assert.Equal(_folder["none"], Assert.Single(files.Unreadable).Path);
        Assert.Equal(0, files.Files);
    }

    [Fact]
    public void Walk_MoreEntriesThanAllowed_EndsAndSaysSo()
    {
        for (var i = 0; i < 20; i++)
            _folder.Write($"f{i}", "");
        Assert.True(HomeFiles.Walk(new RelayHome(_folder.Path), new HomeFilesOptions { MaxEntries = 19 }).IsCut);
        Assert.False(HomeFiles.Walk(new RelayHome(_folder.Path), new HomeFilesOptions { MaxEntries = 20 }).IsCut);
    }

    [Fact]
    public void Walk_DeeperThanAllowed_NamesTheFolder()
    {
        _folder.Write("a/b/c/file", "");
        var files = HomeFiles.Walk(new RelayHome(_folder.Path), new HomeFilesOptions { MaxDepth = 2 });
        Assert.Equal((0, 3), (files.Files, files.Folders));
        Assert.Equal(_folder["a", "b", "c"], Assert.Single(files.Unreadable).Path);
    }

    [Fact]
    public void Walk_WhenCancelled_Ends()
        => Assert.Throws<OperationCanceledException>(() =>
        {
            _folder.Write("a/file", "");
            HomeFiles.Walk(new RelayHome(_folder.Path), cancellationToken: new CancellationToken(canceled: true));
        });

    [Fact]
    public async Task Walk_FilesThatVanishMeanwhile_CostNoError()
    {
        using var stop = new CancellationTokenSource();
        Directory.CreateDirectory(_folder["coordination", "worker-specs", "active"]);
        var churn = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                _folder.Write("coordination/worker-specs/active/a.json", "{}");
                _folder.Write("passing/b", "");
                File.Delete(_folder["coordination", "worker-specs", "active", "a.json"]);
                Directory.Delete(_folder["passing"], recursive: true);
            }
        });
        for (var round = 0; round < 200; round++)
        {
            Assert.Empty(HomeFiles.Walk(new RelayHome(_folder.Path)).Unreadable);
            Assert.All(WorkerSpecFolder.ReadAll(new RelayHome(_folder.Path)), folder => Assert.True(folder.Specs.Count + folder.Invalid.Count == folder.Files));
        }

        await stop.CancelAsync();
        await churn;
    }
}
