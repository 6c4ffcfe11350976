using System.Text.Json;
using CommitRelay.Performance.Relay;

namespace CommitRelay.Performance.Tests.Relay;

public sealed class RelayEventTests
{
    [Fact]
    public void Read_OfTheShortEnvelope_TakesItsDataObject()
    {
        var read = Read("""{"timestamp":"2025-11-25T12:10:48-0600","type":"coordinator_started","data":{"worker_id":"w1"}}""");
        Assert.Equal("coordinator_started", read.Type);
        Assert.Equal("w1", read.WorkerId);
        Assert.Equal(new DateTimeOffset(2025, 11, 25, 18, 10, 48, TimeSpan.Zero), read.Timestamp);
    }

    [Theory]
    [InlineData("\"{\\\"task_id\\\":\\\"t1\\\"}\"", "t1", JsonValueKind.Object)]
    [InlineData("\"plain text\"", null, JsonValueKind.String)]
    [InlineData("\"{cut\"", null, JsonValueKind.String)]
    public void Read_OfTheAutomationEnvelope_TakesEscapedDataAsWhatItIs(string data, string? task, JsonValueKind kind)
    {
        var read = Read($$"""{"id":"evt-1-2","timestamp":"2025-11-25T12:10:48-06:00","type":"system_ERROR","data":{{data}},"source":"daemon"}""");
        Assert.Equal(("evt-1-2", "daemon", task), (read.Id, read.Source, read.TaskId));
        Assert.Equal(kind, read.Data!.Value.ValueKind);
    }

    [Fact]
    public void Read_OfEmptyData_IsNull() => Assert.Null(Read("""{"type":"x","data":""}""").Data);

    [Fact]
    public void Read_OfTheFreeEnvelope_FindsTypeSourceAndMessage()
    {
        var read = Read("""{"timestamp":"2025-11-07T10:00:00Z","type":5,"event_type":"task_created","severity":"info","master":"security","title":"T","metadata":{"task_id":"t2"}}""");
        Assert.Equal(("task_created", "security", "T", "info", "t2"), (read.Type, read.Source, read.Message, read.Severity, read.TaskId));
    }

    [Fact]
    public void Write_ThenRead_GivesTheSame()
    {
        var written = new RelayEvent { Timestamp = DateTimeOffset.UnixEpoch, Type = "a", Severity = "info", Source = "s", Message = "m", TaskId = "t", WorkerId = "w", Id = "i" };
        var json = JsonSerializer.Serialize(written, RelayJson.Event);
        Assert.Equal("""{"timestamp":"1970-01-01T00:00:00Z","type":"a","id":"i","severity":"info","source":"s","message":"m","task_id":"t","worker_id":"w"}""", json);
        Assert.Equal(written, Read(json));
    }

    private static RelayEvent Read(string json) => JsonSerializer.Deserialize(json, RelayJson.Event)!;
}
