using System.Text.Json;
using CommitRelay.Performance.Relay;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Relay;

public sealed class RelayTaskTests
{
    [Fact]
    public void Read_OfMembersOfOtherTypes_TakesTextOfScalarsAndNullForTheRest()
    {
        var task = Read("""{"id":7,"title":null,"type":true,"status":["x"],"priority":{"a":1},"created_at":"2025-11-21T10:23:31-0600","assigned_at":"soon","started_at":5,"retry_count":"3","worker_id":"w\u0031","unknown":[{"id":"decoy"}]}""");
        Assert.Equal("7", task.Id);
        Assert.Null(task.Title);
        Assert.Equal("true", task.Type);
        Assert.Null(task.Status);
        Assert.Null(task.Priority);
        Assert.Equal(new DateTimeOffset(2025, 11, 21, 16, 23, 31, TimeSpan.Zero), task.CreatedAt);
        Assert.Null(task.AssignedAt);
        Assert.Null(task.StartedAt);
        Assert.Equal(3, task.RetryCount);
        Assert.Equal("w1", task.WorkerId);
    }

    [Fact]
    public void Read_OfALoneSurrogate_IsNullNotAnError() => Assert.Null(Read("""{"title":"\ud800"}""").Title);

    [Fact]
    public void Key_IsTheIdElseTheTaskId()
    {
        Assert.Equal("a", Read("""{"task_id":"b","id":"a"}""").Key);
        Assert.Equal("b", Read("""{"task_id":"b"}""").Key);
    }

    [Fact]
    public void Write_LeavesNullsOutAndStampsInUtc()
    {
        var task = new RelayTask { Id = "t", CreatedAt = new DateTimeOffset(2025, 11, 21, 10, 23, 31, TimeSpan.FromHours(-6)) };
        Assert.Equal("""{"id":"t","created_at":"2025-11-21T16:23:31Z"}""", JsonSerializer.Serialize(task, RelayJson.Task));
    }

    [SharedFact]
    public void Read_OfEveryRealTask_GivesIdStatusAndCreationTime()
    {
        var home = new RelayHome(Repository.CorpusHome);
        Assert.Equal(3, home.TaskQueueBackups().Count);
        foreach (var file in home.TaskQueueBackups().Prepend(home.TaskQueue))
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            foreach (var element in document.RootElement.GetProperty("tasks").EnumerateArray())
            {
                var task = element.Deserialize(RelayJson.Task)!;
                Assert.NotNull(task.Key);
                Assert.NotNull(task.Status);
                Assert.NotNull(task.CreatedAt);
            }
        }
    }

    private static RelayTask Read(string json) => JsonSerializer.Deserialize(json, RelayJson.Task)!;
}
