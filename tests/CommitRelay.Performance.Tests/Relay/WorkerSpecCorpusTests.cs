using System.Text.Json;
using CommitRelay.Performance.Relay;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Relay;

public class WorkerSpecCorpusTests
{
    private static readonly RelayHome Home = new(Repository.Shared is null ? "." : Repository.CorpusHome);

    [SharedFact]
    public void RealSpecs_EveryFolder_IsReadAsExpected()
    {
        var folders = WorkerSpecFolder.ReadAll(Home).ToDictionary(folder => Home.Relative(folder.Path));
        var expected = ExpectedAnswers.Of("worker_specs").EnumerateObject().ToList();
        Assert.Equal(expected.Select(entry => entry.Name), folders.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, answers) in expected.Select(entry => (entry.Name, entry.Value)))
            CheckFolder(folders[name], answers);
    }

    [SharedFact]
    public void RealBudget_IsReadWithItsNegativeRest()
    {
        var budget = TokenBudget.Read(Home.TokenBudget);
        Assert.Equal((500000, 1243000, 1243000, -743000), (budget.Total, budget.Allocated, budget.InUse, budget.Available));
        Assert.Equal(new TokenAllocation("worker-scan-037", "security-master", 8000, new DateTimeOffset(2025, 11, 23, 12, 47, 50, TimeSpan.FromHours(-6))), budget.Allocations[0]);
        Assert.Empty(budget.Unreadable);
    }

    private static void CheckFolder(WorkerSpecFolder folder, JsonElement expected)
    {
        Assert.Equal(expected.Long("json_files"), folder.Files);
        Assert.Equal(expected.Long("entries_in_folder"), folder.Entries);
        Assert.Equal(expected.Long("bytes"), folder.Bytes);
        Assert.Equal(expected.Long("valid_objects"), folder.Specs.Count);
        Assert.Equal(expected.Long("valid_not_objects"), folder.NotObjects);
        Assert.Equal(
            expected.GetProperty("invalid_files").EnumerateArray().Select(file => (file.GetProperty("file").GetString()!, file.Long("byte_offset"), file.Long("line"), file.Long("byte_in_line"))),
            folder.Invalid.Select(file => (Path.GetFileName(file.Path), file.ByteOffset!.Value, file.Line!.Value, file.Column!.Value - 1)));
        Assert.Equal(expected.Counts("by_worker_type"), folder.ByWorkerType);
        Assert.Equal(expected.Counts("by_status"), folder.ByStatus);
        CheckDurations(folder.Durations(WorkerSpan.CreatedToEnd), expected.GetProperty("created_to_end"));
        CheckDurations(folder.Durations(WorkerSpan.StartedToEnd), expected.GetProperty("execution_started_to_end"));
    }

    private static void CheckDurations(WorkerDurations durations, JsonElement expected)
    {
        Assert.Equal(expected.Long("count"), durations.Count);
        Assert.Equal(expected.Long("unreadable"), durations.Unreadable);
        Assert.Equal(expected.Long("negative"), durations.Negative);
        Assert.Equal(expected.Counts("end_field_used"), durations.EndFieldUsed);
        Assert.Equal(
            expected.GetProperty("by_type").EnumerateObject().ToDictionary(entry => entry.Name, entry => new DurationSummary(entry.Value.Long("count"), entry.Value.Long("min"), entry.Value.Long("max"), entry.Value.Long("sum"))),
            durations.ByType);
        Assert.Equal(
            expected.GetProperty("all").EnumerateArray().Select(one => (one.GetProperty("file").GetString()!, one.GetProperty("worker_type").GetString()!, one.Long("seconds"), one.GetProperty("end_field").GetString()!)),
            durations.All.Select(one => (Path.GetFileName(one.Spec.File), one.WorkerType, one.Seconds, one.EndField)));
    }
}
