using System.Text;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.Relay;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Relay;

public sealed class WorkerSpecTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Parse_BothGenerations_FindBudgetLimitAndMasterAtTheirOwnPlace()
    {
        var first = Parse("""{"worker_id":"w-1","created_by":"m","resources":{"token_budget":8000,"timeout_minutes":15},"execution":{"tokens_used":54000}}""");
        Assert.Equal((8000, 54000, TimeSpan.FromMinutes(15), "m"), (first.TokenBudget, first.TokensUsed, first.TimeLimit, first.Master));
        var second = Parse("""{"worker_id":"w-2","parent_master":"n","created_by":"m","resources":{"token_allocation":"12000","time_limit_minutes":60}}""");
        Assert.Equal((12000, null, TimeSpan.FromHours(1), "n"), (second.TokenBudget, second.TokensUsed, second.TimeLimit, second.Master));
    }

    [Fact]
    public void Parse_TheCopyOfTheTask_IsNotTakenForTheSpec()
    {
        var spec = Parse("""{"task_data":{"status":"assigned","created_at":"2020-01-01T00:00:00Z","completed_at":"2020-01-02T00:00:00Z"},"status":"pending","created_at":"2025-01-01T00:00:00-0600"}""");
        Assert.Equal("pending", spec.Status);
        Assert.Equal(new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.FromHours(-6)), spec.CreatedAt);
        Assert.Null(spec.EndField);
    }

    [Theory]
    [InlineData("""{"failed_at":"2025-01-01T00:00:04Z","execution":{"ended_at":"2025-01-01T00:00:03Z","completed_at":"2025-01-01T00:00:02Z"},"completed_at":"2025-01-01T00:00:01Z"}""", "completed_at", 1)]
    [InlineData("""{"failed_at":"2025-01-01T00:00:04Z","execution":{"ended_at":"2025-01-01T00:00:03Z","completed_at":"2025-01-01T00:00:02Z"},"completed_at":null}""", "execution.completed_at", 2)]
    [InlineData("""{"failed_at":"2025-01-01T00:00:04Z","execution":{"ended_at":"2025-01-01T00:00:03Z","completed_at":null}}""", "execution.ended_at", 3)]
    [InlineData("""{"failed_at":"2025-01-01T00:00:04Z","execution":null}""", "failed_at", 4)]
    public void Parse_TheEnd_IsTheFirstPlaceThatIsNotNull(string json, string field, int second)
    {
        var spec = Parse(json);
        Assert.Equal(field, spec.EndField);
        Assert.Equal(second, spec.EndedAt!.Value.Second);
    }

    [Fact]
    public void Parse_ValuesOfAnotherKind_AreNullAndNamed()
    {
        var spec = Parse("""{"worker_id":7,"worker_type":null,"status":[],"created_at":"yesterday","completed_at":12,"resources":{"token_budget":1e400,"timeout_minutes":-3},"execution":{"started_at":{}},"pid":99999999999}""");
        Assert.Equal("7", spec.WorkerId);
        Assert.Equal((null, null, null, null), (spec.CreatedAt, spec.StartedAt, spec.EndedAt, spec.TokenBudget));
        Assert.Equal((null, null), (spec.TimeLimit, spec.ProcessId));
        Assert.Equal("completed_at", spec.EndField);
        Assert.Equal(["completed_at", "created_at", "execution.started_at", "resources.token_budget"], spec.Unreadable.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Parse_AMemberWithoutAValue_TellsOffsetLineAndWhatWasExpected()
    {
        var fault = Assert.Throws<JsonFormatException>(() => Parse("{\n  \"resources\": {\n    \"token_allocation\": ,\n  }\n}"));
        Assert.Equal((43, 3, 25), (fault.ByteOffset, fault.Line, fault.Column));
        Assert.Contains("',' found", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[1]", 0)]
    [InlineData("  \"text\"", 2)]
    [InlineData("", 0)]
    public void Parse_NoObject_IsAFault(string json, int offset)
        => Assert.Equal(offset, Assert.Throws<JsonFormatException>(() => Parse(json)).ByteOffset);

    [Fact]
    public void Read_AFolderOfAllSorts_ListsEveryFileThatIsNoSpec()
    {
        _folder.Write("good.json", """{"worker_type":"scan-worker","status":"completed"}""");
        _folder.Write("odd.json", """{"worker_type":null,"status":1}""");
        _folder.Write("bare.json", "{}");
        _folder.Write("list.json", "[]");
        _folder.Write("empty.json", "");
        _folder.Write("broken.json", "{\"a\": ,}");
        _folder.Write("other.txt", "{");
        _folder.Write(Path.Combine("below", "unread.json"), "{");
        using (var large = File.Create(_folder["large.json"]))
            large.SetLength(4L << 30);
        var folder = WorkerSpecFolder.Read(_folder.Path);
        Assert.Equal((9, 7, 3, 1), (folder.Entries, folder.Files, folder.Specs.Count, folder.NotObjects));
        Assert.Equal([("broken.json", 6L), ("empty.json", 0L), ("large.json", 64L << 20)], folder.Invalid.Select(file => (Path.GetFileName(file.Path), file.ByteOffset!.Value)));
        Assert.Equal(new Dictionary<string, long> { ["scan-worker"] = 1, ["(null)"] = 1, ["(absent)"] = 1 }, folder.ByWorkerType);
        Assert.Equal(new Dictionary<string, long> { ["completed"] = 1, ["(not a string)"] = 1, ["(absent)"] = 1 }, folder.ByStatus);
    }

    [Fact]
    public void Read_AMissingFolder_IsEmpty() => Assert.Equal(0, WorkerSpecFolder.Read(_folder["none"]).Entries);

    [Fact]
    public void Read_AFileWhereTheFolderShouldBe_SaysSo()
        => Assert.Single(WorkerSpecFolder.Read(_folder.Write("worker-specs", "x")).Invalid);

    [LinuxFact]
    public void Read_APipeNamedAsASpec_IsListedAndNotOpened()
    {
        Assert.Equal(0, MakePipe(_folder["pipe.json"], 0b110_000_000));
        var folder = WorkerSpecFolder.Read(_folder.Path);
        Assert.Equal((1, 0), (folder.Entries, folder.Files));
        Assert.EndsWith("pipe.json", Assert.Single(folder.Invalid).Path, StringComparison.Ordinal);
    }

    [UnixFact]
    public void ReadAll_NeverGoesThroughALink()
    {
        _folder.Write(Path.Combine("outside", "spec.json"), "{}");
        _folder.Write(Path.Combine("home", "coordination", "worker-specs", "active", "a.json"), "{}");
        var home = new RelayHome(_folder["home"]);
        Directory.CreateSymbolicLink(Path.Combine(home.WorkerSpecs, "linked"), _folder["outside"]);
        File.CreateSymbolicLink(Path.Combine(home.WorkerSpecFolder("active"), "b.json"), _folder["outside", "spec.json"]);
        var folder = Assert.Single(WorkerSpecFolder.ReadAll(home));
        Assert.Equal(home.WorkerSpecFolder("active"), folder.Path);
        Assert.Single(folder.Specs);
        Assert.EndsWith("b.json", Assert.Single(folder.Invalid).Path, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadAll_FolderNamesWithLineFeedsAndColons_AreOrdinary()
    {
        if (OperatingSystem.IsWindows())
            return;
        _folder.Write(Path.Combine("coordination", "worker-specs", "archived", "\n2025-11-21T10:23:31", "a:b.json"), "{}");
        var folders = WorkerSpecFolder.ReadAll(new RelayHome(_folder.Path));
        Assert.Equal(["archived", "\n2025-11-21T10:23:31"], folders.Select(folder => Path.GetFileName(folder.Path)));
        Assert.Single(folders[1].Specs);
    }

    [Fact]
    public void Durations_HonourOffsetsKeepNegativesAndCountTheUnreadable()
    {
        WorkerSpec[] specs =
        [
            Parse("""{"worker_type":"a","created_at":"2025-01-01T06:00:00-0600","execution":{"started_at":"2025-01-01T12:00:05.9Z","completed_at":"2025-01-01T12:00:30Z"}}"""),
            Parse("""{"worker_type":"a","created_at":"2025-01-01T12:00:00Z","completed_at":"2025-01-01T11:59:00Z"}"""),
            Parse("""{"created_at":"soon","completed_at":"2025-01-01T11:59:00Z","execution":{"started_at":"2025-01-01T11:00:00Z"}}"""),
            Parse("""{"created_at":null,"completed_at":"2025-01-01T11:59:00Z"}"""),
        ];
        var all = WorkerDurations.Of(specs, WorkerSpan.CreatedToEnd);
        Assert.Equal((2, 1, 1), (all.Count, all.Unreadable, all.Negative));
        Assert.Equal(new DurationSummary(2, -60, 30, -30), all.ByType["a"]);
        Assert.Equal(["execution.completed_at", "completed_at"], all.All.Select(one => one.EndField));
        var run = WorkerDurations.Of(specs, WorkerSpan.StartedToEnd);
        Assert.Equal([3540L, 25L], run.All.Select(one => one.Seconds));
        Assert.Equal("(absent)", run.All[0].WorkerType);
        var spawn = WorkerDurations.Of(specs, WorkerSpan.CreatedToStart);
        Assert.Equal((1, 5, 1), (spawn.Count, spawn.Total.Sum, spawn.Unreadable));
    }

    [Fact]
    public void TokenUse_JoinsTheBudgetWithTheSpecsOfItsWorkers()
    {
        var budget = TokenBudget.Read(_folder.Write("token-budget.json", """{"total_budget":100,"in_use":"30","available":{},"allocations":{"w":{"tokens":10},"gone":{"tokens":20,"allocated_at":"?"}}}"""));
        Assert.Equal((100, 30, null), (budget.Total, budget.InUse, budget.Available));
        Assert.Equal(["available", "allocations.gone.allocated_at"], budget.Unreadable);
        var use = TokenUse.Of(budget,
        [
            Parse("""{"worker_id":"w","worker_type":"scan","resources":{"token_budget":50},"execution":{"tokens_used":5}}"""),
            Parse("""{"worker_id":"v","worker_type":"scan","resources":{"token_budget":70}}"""),
        ]);
        Assert.Equal(new TypeTokens(2, 1, 50, 5, 10), use.ByWorkerType["scan"]);
        Assert.Equal(0.1, use.ByWorkerType["scan"].Share);
        Assert.Equal(new TypeTokens(0, 0, 0, 0, 20), use.ByWorkerType["(no spec)"]);
    }

    [System.Runtime.InteropServices.DllImport("libc", EntryPoint = "mkfifo")]
    private static extern int MakePipe(string path, int mode);

    private static WorkerSpec Parse(string json) => WorkerSpec.Parse(Encoding.UTF8.GetBytes(json), "spec.json");
}
