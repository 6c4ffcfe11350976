using System.Net;
using CommitRelay.Performance.Events;
using CommitRelay.Performance.Monitoring;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.RateLimits;
using CommitRelay.Performance.Relay;
using CommitRelay.Performance.TestHelpers;
using CommitRelay.Performance.Workers;

namespace CommitRelay.Performance.Tests.Monitoring;

public sealed class RelayStoryTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly RelayHome _home;

    public RelayStoryTests() => _home = new RelayHome(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Story_OfATaskThatFailedOnceAndWasDone_IsToldInOrder_FromAllWhoKnowOfIt()
    {
        _folder.Write("coordination/task-queue.json", """{"tasks":[{"id":"task-1","title":"Scan","status":"queued","created_at":"2026-01-05T08:00:00Z"},{"id":"task-2","status":"queued"}]}""");
        _folder.Write("coordination/metrics-snapshots.jsonl", """
            {"timestamp":"2026-01-05T07:59:00Z","tasks":{"pending":53}}
            {"timestamp":"2026-01-05T08:01:00Z","tasks":{"pending":54}}

            """);
        _folder.Write("coordination/worker-specs/completed/w1.json", """{"worker_id":"w1","worker_type":"scan-worker","task_id":"task-1","status":"completed","created_at":"2026-01-05T08:00:10Z","execution":{"started_at":"2026-01-05T02:00:15-0600"},"completed_at":"2026-01-05T08:00:20Z"}""");
        var attempts = 0;
        await using (var queue = new QueueClaims<RelayTask>(_home.TaskQueue, RelayJson.Task, new() { OpenStatuses = ["queued"], RetryDelay = TimeSpan.Zero }))
        await using (var events = new EventWriter(_home.Events))
        {
            await WorkerLoop.RunAsync<RelayTask>(
                queue,
                (claim, _) => claim.Id == "task-1" && Interlocked.Increment(ref attempts) == 1 ? throw new InvalidOperationException("no luck") : ValueTask.CompletedTask,
                new() { UntilEmpty = true, Events = events, Source = "worker-a" });
        }

        var story = (await RelayStory.ForAsync(_home, "task-1")).Moments;
        var words = story.Select(moment => $"{moment.Source}: {moment.What}").ToList();
        Assert.Equal(["snapshots: snapshot", "queue: created", "worker spec: worker made", "worker spec: worker started", "worker spec: worker completed"], words.Take(5));
        Assert.Equal("53 tasks pending", story[0].Detail);
        Assert.Contains("after 5 s", story[3].Detail, StringComparison.Ordinal);
        Assert.Equal(2, words.Count(word => word == "ledger: claimed"));
        Assert.Equal(1, words.Count(word => word == "ledger: failed"));
        Assert.Equal(1, words.Count(word => word == "ledger: completed"));
        Assert.Contains(story, moment => moment is { Source: "events", What: "task_failed" } && moment.Detail.Contains("no luck", StringComparison.Ordinal));
        Assert.Contains(story, moment => moment is { Source: "events", What: "task_completed" });
        Assert.DoesNotContain(story, moment => moment.Detail.Contains("task-2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Story_TellsOfATasksCalls_ItsWaitsForPermits_AndItsRefusals()
    {
        _folder.Write("coordination/task-queue.json", """{"tasks":[{"id":"task-1","status":"queued"},{"id":"task-2","status":"queued"}]}""");
        var refused = 0;
        using var client = new HttpClient(new RateLimitHandler(new RateLimitStrategyOptions())
        {
            InnerHandler = new Answering(request => new HttpResponseMessage(Interlocked.Increment(ref refused) == 1 ? (HttpStatusCode)429 : HttpStatusCode.OK)),
        });
        await using (var queue = new QueueClaims<RelayTask>(_home.TaskQueue, RelayJson.Task, new() { OpenStatuses = ["queued"] }))
        await using (var events = new EventWriter(_home.Events))
        {
            await WorkerLoop.RunAsync<RelayTask>(
                queue,
                async (claim, stop) =>
                {
                    if (claim.Id == "task-1")
                        using (await client.GetAsync(new Uri("http://story.invalid/"), stop)) { }
                },
                new() { UntilEmpty = true, Events = events });
        }

        var calls = Assert.Single((await RelayStory.ForAsync(_home, "task-1")).Moments, moment => moment.What == "task_completed");
        Assert.Matches("2 calls, 1 refused, [0-9.]+ s waiting for permits, [0-9.]+ s waiting to try again", calls.Detail);
        Assert.DoesNotContain((await RelayStory.ForAsync(_home, "task-2")).Moments, moment => moment.Detail.Contains("calls", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Story_OfATaskNobodyKnows_IsEmpty() => Assert.Empty((await RelayStory.ForAsync(_home, "task-9")).Moments);

    [Fact]
    public async Task Story_WithABrokenQueue_IsToldByTheOthers()
    {
        _folder.Write("coordination/task-queue.json", """{"tasks":[{"id":"task-1","created_at":"2026-01-05T08:00:00Z"},{"id":"task-2" """);
        _folder.Write("coordination/dashboard-events.jsonl", """{"type":"task_completed","task_id":"task-1","timestamp":"2026-01-05T09:00:00Z"}""" + "\n");
        var story = await RelayStory.ForAsync(_home, "task-1");
        Assert.Contains(story.Moments, moment => moment.What == "task_completed");
        Assert.Contains("task-queue.json", Assert.Single(story.Faults), StringComparison.Ordinal);
        Assert.Single((await RelayStory.ForPlaceAsync(_home, 1)).Faults);
    }

    private sealed class Answering(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(answer(request));
    }
}
