using System.Collections.Concurrent;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.Workers;
using Microsoft.Extensions.Time.Testing;

namespace CommitRelay.Performance.Tests.Workers;

public sealed class WorkerLoopTests
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 5, 8, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Loop_UntilEmpty_DoesEachTaskOnce_NeverMoreAtOnceThanTheGovernorAllows()
    {
        await using var queue = Queue(tasks: 200);
        var done = new ConcurrentBag<string>();
        var now = 0;
        var most = 0;
        var run = WorkerLoop.RunAsync(queue, async (claim, token) =>
        {
            var running = Interlocked.Increment(ref now);
            InterlockedMax(ref most, running);
            await Task.Yield();
            done.Add(claim.Id);
            Interlocked.Decrement(ref now);
        }, Options(ceiling: 4));
        await AdvanceUntil(run);

        Assert.Equal(new WorkerLoopResult(200, 0, 0, 0), await run);
        Assert.Equal(200, done.Distinct().Count());
        Assert.Equal(200, done.Count);
        Assert.InRange(most, 1, 4);
    }

    [Fact]
    public async Task Work_ThatThrows_IsTriedAgainUntilItsLastAttempt_AndTheOthersGoOn()
    {
        await using var queue = Queue(tasks: 3);
        var attempts = 0;
        var run = WorkerLoop.RunAsync(queue, (claim, token) =>
        {
            if (claim.Id != "1")
                return ValueTask.CompletedTask;
            Interlocked.Increment(ref attempts);
            throw new InvalidDataException("no such page");
        }, Options());
        await AdvanceUntil(run);
        Assert.Equal(new WorkerLoopResult(2, 3, 0, 0), await run);
        Assert.Equal(3, attempts);
        Assert.Equal(1, (await queue.CountAsync()).DeadLettered);
    }

    [Fact]
    public async Task Work_LongerThanItsTimeout_IsCancelledAndFails()
    {
        await using var queue = Queue(tasks: 1, maxAttempts: 1);
        var options = Options();
        options.TaskTimeout = TimeSpan.FromMinutes(1);
        var run = WorkerLoop.RunAsync(queue, async (claim, token) => await Task.Delay(Timeout.InfiniteTimeSpan, _time, token), options);
        await AdvanceUntil(run);
        Assert.Equal(new WorkerLoopResult(0, 1, 0, 0), await run);
    }

    [Fact]
    public async Task Stop_LetsARunningTaskEndWithinTheGrace()
    {
        await using var queue = Queue(tasks: 2);
        using var stop = new CancellationTokenSource();
        var started = new TaskCompletionSource();
        var finish = new TaskCompletionSource();
        var run = WorkerLoop.RunAsync(queue, async (claim, token) =>
        {
            started.TrySetResult();
            await finish.Task.WaitAsync(token);
        }, Options(ceiling: 1), stop.Token);
        await started.Task.WaitAsync(Guard);
        await stop.CancelAsync();
        finish.SetResult();
        Assert.Equal(new WorkerLoopResult(1, 0, 0, 0), await run.WaitAsync(Guard));
        Assert.Equal(1, (await queue.CountAsync()).Ready);
    }

    [Fact]
    public async Task Stop_WhenTheGraceIsOver_GivesTheTaskBackUnharmed()
    {
        await using var queue = Queue(tasks: 1);
        using var stop = new CancellationTokenSource();
        var started = new TaskCompletionSource();
        var run = WorkerLoop.RunAsync(queue, async (claim, token) =>
        {
            started.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, token);
        }, Options(), stop.Token);
        await started.Task.WaitAsync(Guard);
        await stop.CancelAsync();
        await AdvanceUntil(run);
        Assert.Equal(new WorkerLoopResult(0, 0, 1, 0), await run);
        var again = Assert.Single(await queue.ClaimAsync(1, TimeSpan.Zero));
        Assert.Equal(1, again.Attempt);
    }

    [Fact]
    public async Task LongTask_KeepsItsLease_ByRenewal()
    {
        await using var queue = Queue(tasks: 1, lease: TimeSpan.FromMinutes(3));
        var started = new TaskCompletionSource();
        var finish = new TaskCompletionSource();
        var options = Options();
        options.TaskTimeout = Timeout.InfiniteTimeSpan;
        var run = WorkerLoop.RunAsync(queue, async (claim, token) =>
        {
            started.TrySetResult();
            await finish.Task.WaitAsync(token);
        }, options);
        await started.Task.WaitAsync(Guard);
        for (var minute = 0; minute < 10; minute++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            for (var turn = 0; turn < 50; turn++)
                await Task.Yield();
            Assert.Empty(await queue.ClaimAsync(1, TimeSpan.Zero));
        }

        finish.SetResult();
        await AdvanceUntil(run);
        Assert.Equal(new WorkerLoopResult(1, 0, 0, 0), await run);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }

    private InMemoryTaskQueue<string> Queue(int tasks, int maxAttempts = 3, TimeSpan? lease = null)
    {
        var queue = new InMemoryTaskQueue<string>(id => id, options: new() { TimeProvider = _time, MaxAttempts = maxAttempts, Lease = lease ?? TimeSpan.FromHours(1) });
        Assert.Equal(tasks, queue.AddAsync([.. Enumerable.Range(0, tasks).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture))]).AsTask().Result);
        return queue;
    }

    private WorkerLoopOptions Options(int ceiling = 8) => new()
    {
        Governor = new ConcurrencyGovernor(new() { Ceiling = ceiling }, _time),
        TimeProvider = _time,
        UntilEmpty = true,
    };

    /// <summary>Moves the clock on, a second at a time, until the run ends.</summary>
    private async Task AdvanceUntil(Task run)
    {
        using var guard = new CancellationTokenSource(Guard);
        while (!run.IsCompleted)
        {
            guard.Token.ThrowIfCancellationRequested();
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }
}
