using System.Diagnostics;
using System.Net.Sockets;
using CommitRelay.Performance.Monitoring;
using CommitRelay.Performance.Probes;
using CommitRelay.Performance.Relay;
using CommitRelay.Performance.TestHelpers;
using CommitRelay.Performance.Workers;

namespace CommitRelay.Performance.Tests.Relay;

/// <summary>Homes in which the ordinary files are something else. Nothing may wait without end, take memory without bound, or throw.</summary>
public sealed class HostileHomeTests : IDisposable
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);
    private readonly TempFolder _folder = new();
    private readonly RelayHome _home;

    public HostileHomeTests() => _home = new RelayHome(_folder.Path);

    public void Dispose() => _folder.Dispose();

    private IEnumerable<string> Files =>
    [
        _home.TaskQueue, _home.TaskQueue + ".claims", _home.TokenBudget, _home.Events, _home.MetricsSnapshots, _home.Heartbeats, _home.SystemConfig,
        Path.Combine(_home.WorkerSpecFolder("active"), "w.json"), Path.Combine(_home.WorkerSpecFolder("completed"), "w.json"),
        Path.Combine(_home.Logs, "a.log"), Path.Combine(_home.Logs, "a.log.gz"), Path.Combine(_home.History, "hourly", "2026-01-01T00:00:00Z.json"),
        Path.Combine(_home.Pids, "w.pid"), Path.Combine(_home.Coordination, "dashboard-events.20261001T0000000000000Z.jsonl"),
    ];

    [UnixFact]
    public async Task Pipes_InPlaceOfFiles_KeepNobodyWaiting()
    {
        foreach (var file in Files)
            Shell("mkfifo \"$0\"", file);
        await LookAsync();

        // The pipes among the rolled parts are met only where the events themselves can be read.
        File.Delete(_home.Events);
        _folder.Write(_home.Events, "{}\n");
        await LookAsync();
    }

    [UnixFact]
    public async Task Sockets_InPlaceOfFiles_AreNotOpened()
    {
        foreach (var file in Files)
        {
            // A socket's own path has little room, so it is made elsewhere.
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Bind(new UnixDomainSocketEndPoint(_folder["s"]));
            File.Move(_folder["s"], file);
        }

        await LookAsync();
    }

    [UnixFact]
    public async Task LinksThatLeadInACircle_OrToEndlessDevices_AreNotFollowedWithoutEnd()
    {
        foreach (var (index, file) in Files.Index())
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.CreateSymbolicLink(file, index % 2 == 0 ? Path.GetFileName(file) : "/dev/zero");
        }

        Directory.CreateSymbolicLink(Path.Combine(_home.WorkerSpecs, "again"), _home.Root);
        await LookAsync();
    }

    [UnixFact]
    public async Task Folders_InPlaceOfFiles_AreTold()
    {
        foreach (var file in Files)
            Directory.CreateDirectory(file);
        await LookAsync();
    }

    [Fact]
    public async Task EmptyFiles_AreToldOrAreEmpty()
    {
        foreach (var file in Files)
            _folder.Write(file, "");
        await LookAsync();
    }

    [LinuxFact]
    public async Task FilesOfFourGigabytes_OfNothing_AreNotTakenIntoMemory()
    {
        string[] small = [_home.TaskQueue, _home.TokenBudget, _home.SystemConfig, Path.Combine(_home.WorkerSpecFolder("active"), "w.json"), Path.Combine(_home.Pids, "w.pid")];
        foreach (var file in small)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            using var hole = File.OpenHandle(file, FileMode.CreateNew, FileAccess.Write);
            RandomAccess.SetLength(hole, (4L << 30) + 1);
        }

        // Not the log scan, whose work it is to read all there is.
        await AtMost(SurveyAsync);
        await AtMost(DocumentsAsync);
        await AtMost(CeilingAsync);
        await AtMost(SampleAsync);
    }

    [Theory]
    [InlineData("1e400")]
    [InlineData("-1e400")]
    [InlineData("99999999999999999999999999")]
    [InlineData("\"NaN\"")]
    [InlineData("\"Infinity\"")]
    [InlineData("-0.0")]
    [InlineData("\"2026-01-05T08:00:00-00:30\"")]
    [InlineData("\"2026-01-05T08:00:00+14:00\"")]
    [InlineData("\"2026-01-05T08:00:00+99:99\"")]
    [InlineData("\"0001-01-01T00:00:00+14:00\"")]
    [InlineData("\"9999-12-31T23:59:59-14:00\"")]
    [InlineData("\"\\ud800\"")]
    [InlineData("[[[[]]]]")]
    [InlineData("null")]
    public async Task OddValues_InEveryMember_AreToldOrPassedOver(string value)
    {
        var members = string.Join(",", new[]
        {
            "id", "status", "priority", "created_at", "started_at", "completed_at", "worker_id", "worker_type", "task_id", "pid", "timestamp", "type", "resources", "execution", "total_budget",
            "allocated", "in_use", "available", "allocations", "max_concurrent_workers", "services", "metric", "threshold", "state", "last_heartbeat",
        }.Select(name => $"\"{name}\":{value}"));
        var nested = $$"""{ {{members}},"resources":{"token_budget":{{value}},"timeout_minutes":{{value}} },"execution":{"started_at":{{value}},"ended_at":{{value}},"tokens_used":{{value}} } }""";
        foreach (var file in Files.Where(static file => !file.EndsWith(".gz", StringComparison.Ordinal)))
            _folder.Write(file, file == _home.TaskQueue ? $$"""{ "tasks": [{{nested}}] }""" : nested + "\n");
        _folder.Write(Path.Combine(_home.Coordination, "dashboard-events.jsonl"), nested.Replace($"\"type\":{value}", "\"type\":\"performance_alert\"", StringComparison.Ordinal) + "\n");
        await LookAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("word")]
    [InlineData("-1")]
    [InlineData("0")]
    [InlineData("2147483648")]
    [InlineData("99999999999999999999999999999999999999999999999999999999999999999999999999999999")]
    [InlineData("12 34")]
    [InlineData("١٢")]
    [InlineData("\0\0\0\0")]
    public void PidFile_WithoutAProcessNumber_IsUnreadable_WithTheReason(string text)
    {
        var check = new ProcessProbe().Check(_folder.Write("w.pid", text));
        Assert.Equal(PidFileState.Unreadable, check.State);
        Assert.NotEmpty(check.Detail);
    }

    [LinuxFact]
    public void Names_OfOddBytes_AreWalked_AndThoseThatCannotBeOpenedAreTold()
    {
        Shell("""
            cd "$0"; printf '{}' > "$(printf 'line\nfeed.json')"; printf '{}' > 'a:b "c".json'; printf '{}' > "$(printf '\377\376.json')"; printf '{}' > '-rf.json'; printf '{}' > "$(printf '\033[2J.json')"
            """, Path.Combine(_home.WorkerSpecFolder("active"), "."));
        var folder = Assert.Single(WorkerSpecFolder.ReadAll(_home));
        Assert.Equal((5, 4, 1), (folder.Files, folder.Specs.Count, folder.Invalid.Count));
        Assert.Equal(5, HomeFiles.Walk(_home).Files);
        var documents = HomeDocuments.Check(_home);
        Assert.Equal((4, 1), (documents.Files, documents.Invalid.Count));

        // .NET cannot remove them either.
        Shell("rm -r \"$0\"", _home.Coordination);
    }

    [LinuxFact]
    public async Task Tree_ThatIsMadeAndRemovedMeanwhile_DisturbsNoSurvey()
    {
        var script = """cd "$0"; until [ -e ../stop ]; do for i in 1 2 3 4 5 6 7 8; do mkdir -p a/$i/b; echo '{}' > a/$i/x.json; echo '{"status":1}' > a/$i/b/y.json; done; rm -r a; done""";
        Directory.CreateDirectory(_home.WorkerSpecs);
        using var maker = Process.Start("sh", ["-c", script, _home.WorkerSpecs]);
        try
        {
            for (var i = 0; i < 40; i++)
                await LookAsync();
        }
        finally
        {
            // Killed, it would leave an rm at work beside the clean-up.
            File.WriteAllText(Path.Combine(_home.WorkerSpecs, "..", "stop"), "");
            await maker.WaitForExitAsync();
        }
    }

    /// <summary>All that reads a home, one after the other.</summary>
    private async Task LookAsync()
    {
        await AtMost(SurveyAsync);
        await AtMost(DocumentsAsync);
        await AtMost(() => Task.FromResult((LogScan.RateLimits(_home), LogScan.RefusedCalls(_home), LogScan.Errors(_home))));
        await AtMost(() => RelayStory.ForAsync(_home, "task-1"));
        await AtMost(CeilingAsync);
        await AtMost(SampleAsync);
        await AtMost(UpkeepAsync);
    }

    private Task<HomeSurvey> SurveyAsync() => new HomeProbe(_home).SurveyAsync().AsTask();

    private Task<HomeDocuments> DocumentsAsync()
    {
        _ = (WorkerSpecFolder.ReadAll(_home), WorkerSpecSurvey.Read(_home), new ProcessProbe().Check(Path.Combine(_home.Pids, "w.pid")));
        return Task.FromResult(HomeDocuments.Check(_home));
    }

    private Task<string> CeilingAsync()
    {
        var governor = new ConcurrencyGovernor();
        new HomeCeiling(_home).Apply(governor);
        return Task.FromResult(governor.Explanation);
    }

    private async Task<int> SampleAsync()
    {
        try
        {
            await using var monitor = new PerformanceMonitor(_home);
            await monitor.SampleAsync();
        }
        catch (IOException)
        {
            // As it is documented, where alerts and snapshots cannot be written.
        }

        return 0;
    }

    private async Task<IReadOnlyList<UpkeepReport>> UpkeepAsync()
    {
        var all = new UpkeepOptions
        {
            StaleWorkersSilentFor = TimeSpan.Zero,
            CompletedWorkersOlderThan = TimeSpan.Zero,
            LogsOlderThan = TimeSpan.Zero,
            HistoryOlderThan = TimeSpan.Zero,
            EventArchivesCompressedAfter = TimeSpan.Zero,
            SnapshotsKept = 1,
        };
        return await new HomeUpkeep(_home, dryRun: true).RunAsync(all);
    }

    private static async Task AtMost<T>(Func<Task<T>> look) => _ = await Task.Run(look).WaitAsync(Guard);

    private static void Shell(string script, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var shell = Process.Start("sh", ["-c", script, path]);
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
    }
}
