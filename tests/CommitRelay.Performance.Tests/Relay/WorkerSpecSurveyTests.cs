using CommitRelay.Performance.Relay;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Relay;

/// <summary>The survey holds no spec and must tell the same as the folders, which hold them all.</summary>
public sealed class WorkerSpecSurveyTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly TempFolder _folder = new();

    [SharedFact]
    public void Survey_OfARealHome_TellsWhatTheFoldersTell()
    {
        var home = new RelayHome(Repository.CorpusHome);
        Assert.True(Compare(home, TokenBudget.Read(home.TokenBudget)) > 0);
    }

    [Fact]
    public void Survey_WithWhatIsNoSpec_TellsWhatTheFoldersTell()
    {
        var specs = Path.Combine("coordination", "worker-specs");
        _folder.Write(Path.Combine(specs, "active", "a.json"), """{"worker_id":"w","worker_type":"scan","created_at":"2025-01-01T06:00:00-0600","execution":{"started_at":"2025-01-01T12:00:05Z","tokens_used":5},"resources":{"token_budget":50}}""");
        _folder.Write(Path.Combine(specs, "active", "b.json"), "{\"worker_id\": ,}");
        _folder.Write(Path.Combine(specs, "active", "c.json"), "[]");
        _folder.Write(Path.Combine(specs, "active", "notes.txt"), "");
        _folder.Write(Path.Combine(specs, "archived", "day:1", "d.json"), """{"worker_type":"scan","created_at":"soon","completed_at":"2025-01-01T00:00:00Z"}""");
        _folder.Write(Path.Combine("coordination", "token-budget.json"), """{"allocations":{"w":{"tokens":10},"gone":{"tokens":20}}}""");
        var home = new RelayHome(_folder.Path);
        Assert.Equal(3, Compare(home, TokenBudget.Read(home.TokenBudget)));
    }

    [Fact]
    public void Active_WhoseProcessIsGoneOrTimeIsUp_AreCounted()
    {
        WriteActive("gone.json", """{"worker_id":"worker-nobody-runs","created_at":"2026-01-01T11:50:00Z","resources":{"timeout_minutes":5}}""");
        WriteActive("new.json", """{"worker_id":"worker-just-made","created_at":"2026-01-01T11:59:00Z"}""");
        var active = WorkerSpecSurvey.Read(new RelayHome(_folder.Path), now: Now).Folder("active");
        Assert.Equal(1, active.Overrunning);
        if (OperatingSystem.IsLinux())
            Assert.Equal(1, active.Stale);
    }

    [Fact]
    public void Unreadable_AreAllCounted_AndTheFirstByNameAreNamed()
    {
        for (var n = 99; n >= 0; n--)
            WriteActive($"worker-{n:D2}.json", "{");
        var active = WorkerSpecSurvey.Read(new RelayHome(_folder.Path), now: Now).Folder("active");
        Assert.Equal((100, 0, 100), (active.Files, active.Readable, active.Invalid));
        Assert.Equal(Enumerable.Range(0, 20).Select(static n => $"worker-{n:D2}.json"), active.FirstInvalid.Select(static file => Path.GetFileName(file.Path)));
    }

    [Fact]
    public void Home_WithoutSpecs_HasNoFolders()
    {
        var survey = WorkerSpecSurvey.Read(new RelayHome(_folder.Path), now: Now);
        Assert.Empty(survey.Folders);
        Assert.Equal(0, survey.Folder("active").Files);
        Assert.Empty(survey.Durations(WorkerSpan.CreatedToEnd));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>How many folders were compared.</summary>
    private static int Compare(RelayHome home, TokenBudget budget)
    {
        var folders = WorkerSpecFolder.ReadAll(home);
        var survey = WorkerSpecSurvey.Read(home, budget, now: Now);
        Assert.Equal(folders.Select(Figures), survey.Folders.Select(Figures));
        Assert.Equal(TokenUse.Of(budget, folders.SelectMany(static folder => folder.Specs)).ByWorkerType, survey.Tokens.ByWorkerType);
        foreach (var span in Enum.GetValues<WorkerSpan>())
        {
            Assert.Equal(folders.Select(folder => folder.Durations(span).Total), survey.Folders.Select(folder => folder.Durations(span)));
            Assert.Equal(WorkerDurations.Of(folders.SelectMany(static folder => folder.Specs), span).ByType, survey.Durations(span));
        }

        return folders.Count;
    }

    private static (string, long, long, long, long, long, long, string) Figures(WorkerSpecFolder folder)
        => (folder.Path, folder.Entries, folder.Files, folder.Bytes, folder.Specs.Count, folder.NotObjects, folder.Invalid.Count, string.Join(":", folder.Invalid.Take(20).Select(static file => file.Path)));

    private static (string, long, long, long, long, long, long, string) Figures(SpecFolderFigures folder)
        => (folder.Path, folder.Entries, folder.Files, folder.Bytes, folder.Readable, folder.NotObjects, folder.Invalid, string.Join(":", folder.FirstInvalid.Select(static file => file.Path)));

    private void WriteActive(string name, string json) => _folder.Write(Path.Combine("coordination", "worker-specs", "active", name), json);
}
