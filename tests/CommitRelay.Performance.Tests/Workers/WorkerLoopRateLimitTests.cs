using CommitRelay.Performance.Events;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.RateLimits;
using CommitRelay.Performance.Workers;
using Microsoft.Extensions.Time.Testing;

namespace CommitRelay.Performance.Tests.Workers;

public sealed class WorkerLoopRateLimitTests
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 5, 8, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task RateLimited_GivesTheTaskBackUntilTheLimitEnds_AndCountsNoAttempt()
    {
        await using var queue = new InMemoryTaskQueue<string>(id => id, options: new() { TimeProvider = _time });
        await queue.AddAsync(["a"]);
        var retryAt = _time.GetUtcNow().AddMinutes(2);
        var calls = new List<(DateTimeOffset At, int Attempt)>();
        var run = WorkerLoop.RunAsync(queue, (claim, token) =>
        {
            calls.Add((_time.GetUtcNow(), claim.Attempt));
            return calls.Count > 1 ? ValueTask.CompletedTask : throw new RateLimitedException(RateLimitKind.RateLimited, "api", retryAt);
        }, new WorkerLoopOptions { TimeProvider = _time, UntilEmpty = true });

        using var guard = new CancellationTokenSource(Guard);
        while (!run.IsCompleted)
        {
            guard.Token.ThrowIfCancellationRequested();
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(new WorkerLoopResult(1, 0, 1, 0), await run);
        Assert.Equal(2, calls.Count);
        Assert.True(calls[1].At >= retryAt);
        Assert.Equal(1, calls[1].Attempt);
    }

    [Fact]
    public async Task Events_TellEachTasksStory_InTheHomesShape()
    {
        await using var queue = new InMemoryTaskQueue<string>(id => id, options: new() { TimeProvider = _time });
        await queue.AddAsync(["a"]);
        await using var events = new InMemoryEventSink();
        using var stop = new CancellationTokenSource();
        await WorkerLoop.RunAsync(queue, async (claim, token) => await stop.CancelAsync(), new WorkerLoopOptions { TimeProvider = _time, Events = events, Source = "test" }, stop.Token).WaitAsync(Guard);
        Assert.Collection(
            events.Lines,
            line => Assert.StartsWith("""{"timestamp":"2026-01-05T08:00:00Z","type":"task_started","severity":"info","source":"test","task_id":"a","attempt":1,""", line, StringComparison.Ordinal),
            line => Assert.Contains("""type":"task_completed","severity":"info","source":"test","task_id":"a","attempt":1,""", line, StringComparison.Ordinal));
    }
}
