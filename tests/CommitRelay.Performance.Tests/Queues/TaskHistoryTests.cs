using System.Diagnostics;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.TestHelpers;
using Microsoft.Extensions.Time.Testing;

namespace CommitRelay.Performance.Tests.Queues;

public sealed class TaskHistoryTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 5, 12, 0, 0, TimeSpan.Zero));

    private string Path => _folder["task-queue.json"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task History_TellsEachEventWithTimeWorkerAndTrace()
    {
        const string id = "t\"ä-1";
        _folder.Write("task-queue.json", """{"tasks":[{"id":"t\"\u00e4-1","status":"queued"},{"id":"t2","status":"queued"}]}""");
        using var listener = Listen();
        using var activity = new Activity("worker").Start();
        await using var queue = Open();
        var start = _time.GetUtcNow();

        var claim = await ClaimAsync(queue, id);
        _time.Advance(TimeSpan.FromSeconds(10));
        await queue.RenewAsync(claim);
        _time.Advance(TimeSpan.FromSeconds(10));
        await queue.AbandonAsync(claim, start + TimeSpan.FromMinutes(5));
        _time.Advance(TimeSpan.FromMinutes(5));
        await queue.FailAsync(await ClaimAsync(queue, id), "429");
        _time.Advance(TimeSpan.FromMinutes(5));
        await queue.CompleteAsync(await ClaimAsync(queue, id));

        var events = await TaskHistory.ReadAsync(Path, id);
        Assert.Equal(
            [TaskEventKind.Claimed, TaskEventKind.Renewed, TaskEventKind.Abandoned, TaskEventKind.Claimed, TaskEventKind.Failed, TaskEventKind.Claimed, TaskEventKind.Completed],
            events.Select(each => each.Kind));
        Assert.All(events, each => Assert.Equal((id, "me", activity.TraceId.ToHexString(), false), (each.Task.Id, each.Worker, each.TraceId, each.IsSummary)));
        Assert.Equal([0, 10, 20, 320, 320, 620, 620], events.Select(each => (each.At!.Value - start).TotalSeconds));
        Assert.Equal([300, 310, 300, 620, 321, 920], events.Where(each => each.Until is not null).Select(each => (each.Until!.Value - start).TotalSeconds));
        Assert.Equal([1, 1, 1, 1, 1, 2, 2], events.Select(each => each.Attempt));
        Assert.Equal("429", Assert.Single(events, each => each.Reason is not null).Reason);
        Assert.True(events.Zip(events.Skip(1)).All(pair => pair.First.Fence <= pair.Second.Fence));
        Assert.Empty(await TaskHistory.ReadAsync(Path, "none"));
        Assert.Empty(await TaskHistory.ReadAsync(_folder["none.json"], id));
    }

    [Fact]
    public async Task History_OfACompactedLedger_TellsTheLastClaimAndWhatCameOfIt()
    {
        _folder.Write("task-queue.json", """{"tasks":[{"id":"a","status":"queued"},{"id":"b","status":"queued"},{"id":"c","status":"queued"}]}""");
        await using var queue = Open();
        var claims = await queue.ClaimAsync(3, TimeSpan.Zero);
        await queue.CompleteAsync(claims[0]);
        await queue.FailAsync(claims[1], "no");
        for (var i = 0; i < 4001; i++)
            await queue.RenewAsync(claims[2]);
        Assert.True(File.ReadAllLines(Path + ".claims").Length < 100);

        Assert.Equal([TaskEventKind.Claimed, TaskEventKind.Completed], await KindsAsync("a"));
        Assert.Equal([TaskEventKind.Claimed, TaskEventKind.Failed], await KindsAsync("b"));
        Assert.Equal(TaskEventKind.Claimed, (await KindsAsync("c"))[0]);
        Assert.All(await TaskHistory.ReadAsync(Path, "a"), each => Assert.True(each is { IsSummary: true, Worker: "me", Attempt: 1 } && each.At == _time.GetUtcNow()));

        async Task<List<TaskEventKind>> KindsAsync(string id) => [.. (await TaskHistory.ReadAsync(Path, id)).Select(each => each.Kind)];
    }

    private QueueClaims<Job> Open() => new(Path, JobJson.Default.Job, new QueueClaimsOptions { TimeProvider = _time, WorkerName = "me" });

    private static async Task<TaskClaim<Job>> ClaimAsync(QueueClaims<Job> queue, string id)
        => (await queue.ClaimAsync(9, TimeSpan.Zero)).Single(claim => claim.Id == id);

    /// <summary>Activities exist only while somebody listens.</summary>
    private static ActivityListener Listen()
    {
        var listener = new ActivityListener { ShouldListenTo = source => source.Name == "CommitRelay.Performance", Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
