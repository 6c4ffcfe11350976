using System.Collections.Concurrent;
using CommitRelay.Performance.Queues;
using Microsoft.Extensions.Time.Testing;

namespace CommitRelay.Performance.Tests.Queues;

/// <summary>What every <see cref="ITaskQueue{T}"/> must do. An implementation passes by deriving from this class and nothing else.</summary>
public abstract class TaskQueueContract : IAsyncLifetime
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);
    private readonly List<ITaskQueue<Job>> _opened = [];

    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 5, 12, 0, 0, TimeSpan.Zero));

    /// <summary>Opens the queue of this test; a second call opens the same queue again, as another worker.</summary>
    protected abstract ITaskQueue<Job>? TryOpen(TaskQueueOptions options);

    /// <summary>The options type of the implementation.</summary>
    protected virtual TaskQueueOptions NewOptions() => new();

    public virtual Task InitializeAsync() => Task.CompletedTask;

    public virtual async Task DisposeAsync()
    {
        foreach (var queue in _opened)
            await queue.DisposeAsync();
    }

    [Fact]
    public async Task Claim_TakesTheMostUrgentFirstThenTheOldest()
    {
        var queue = Open();
        await queue.AddAsync([new("a", "low"), new("b", "high"), new("c", "critical"), new("d", "high"), new("e", null), new("f", "medium")]);
        var claims = await queue.ClaimAsync(10, TimeSpan.Zero);
        Assert.Equal(["c", "b", "d", "f", "a", "e"], claims.Select(claim => claim.Id));
        Assert.All(claims, claim => Assert.Equal(1, claim.Attempt));
        Assert.Equal("high", claims[1].Task.Priority);
    }

    [Fact]
    public async Task Claim_OfNothing_IsEmptyAtOnceWithoutAWait()
    {
        Assert.Empty(await Open().ClaimAsync(5, TimeSpan.Zero));
    }

    [Fact]
    public async Task Claim_TakesNoMoreThanAsked()
    {
        var queue = Open();
        await queue.AddAsync(Jobs(5));
        Assert.Equal(2, (await queue.ClaimAsync(2, TimeSpan.Zero)).Count);
        Assert.Equal(3, (await queue.ClaimAsync(9, TimeSpan.Zero)).Count);
        Assert.Empty(await queue.ClaimAsync(9, TimeSpan.Zero));
    }

    [Fact]
    public async Task Claim_Waiting_WakesWhenATaskIsAdded()
    {
        var queue = Open();
        var waiting = queue.ClaimAsync(1, Timeout.InfiniteTimeSpan).AsTask();
        await queue.AddAsync(new Job("a"));
        Assert.Equal("a", Assert.Single(await waiting.WaitAsync(Guard)).Id);
    }

    [Fact]
    public async Task Claim_Waiting_EndsWithItsToken()
    {
        using var cancel = new CancellationTokenSource();
        var waiting = Open().ClaimAsync(1, Timeout.InfiniteTimeSpan, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Guard));
    }

    [Fact]
    public async Task Claim_AfterTheLeaseEnded_IsGivenToAnotherWithALargerFence()
    {
        var queue = Open();
        await queue.AddAsync(new Job("a"));
        var first = Assert.Single(await queue.ClaimAsync(1, TimeSpan.Zero));
        Assert.Empty(await queue.ClaimAsync(1, TimeSpan.Zero));
        Time.Advance(TimeSpan.FromMinutes(5));
        var second = Assert.Single(await queue.ClaimAsync(1, TimeSpan.Zero));
        Assert.Equal(2, second.Attempt);
        Assert.True(second.Fence > first.Fence);
        var lost = await Assert.ThrowsAsync<ClaimLostException>(() => queue.CompleteAsync(first).AsTask());
        Assert.Equal("a", Assert.Single(lost.Lost).Id);
        await queue.CompleteAsync(second);
    }

    [Fact]
    public async Task Complete_AfterTheLeaseEnded_IsAcceptedWhileNobodyElseClaimed()
    {
        var queue = Open();
        await queue.AddAsync(new Job("a"));
        var claim = Assert.Single(await queue.ClaimAsync(1, TimeSpan.Zero));
        Time.Advance(TimeSpan.FromHours(1));
        await queue.CompleteAsync(claim);
        Assert.Equal(1, (await queue.CountAsync()).Completed);
        Assert.Empty(await queue.ClaimAsync(1, TimeSpan.Zero));
    }

    [Fact]
    public async Task Complete_Twice_IsALostClaim()
    {
        var queue = Open();
        await queue.AddAsync(new Job("a"));
        var claim = Assert.Single(await queue.ClaimAsync(1, TimeSpan.Zero));
        await queue.CompleteAsync(claim);
        await Assert.ThrowsAsync<ClaimLostException>(() => queue.CompleteAsync(claim).AsTask());
        await Assert.ThrowsAsync<ClaimLostException>(() => queue.AbandonAsync(claim).AsTask());
    }

    [Fact]
    public async Task Complete_OfABatchWithALostClaim_CompletesTheOthers()
    {
        var queue = Open();
        await queue.AddAsync(Jobs(3));
        var claims = await queue.ClaimAsync(3, TimeSpan.Zero);
        await queue.CompleteAsync(claims[1]);
        var lost = await Assert.ThrowsAsync<ClaimLostException>(() => queue.CompleteAsync(claims).AsTask());
        Assert.Equal(claims[1].Id, Assert.Single(lost.Lost).Id);
        Assert.Equal(new TaskCounts(0, 0, 0, 3, 0, 0), await queue.CountAsync());
    }

    [Fact]
    public async Task Renew_KeepsTheTaskPastItsFirstLease()
    {
        var queue = Open();
        await queue.AddAsync(new Job("a"));
        var claim = Assert.Single(await queue.ClaimAsync(1, TimeSpan.Zero));
        Time.Advance(TimeSpan.FromMinutes(4));
        await queue.RenewAsync(claim);
        Assert.Equal(Time.GetUtcNow() + TimeSpan.FromMinutes(5), claim.ExpiresAt);
        Time.Advance(TimeSpan.FromMinutes(4));
        Assert.Empty(await queue.ClaimAsync(1, TimeSpan.Zero));
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Single(await queue.ClaimAsync(1, TimeSpan.Zero));
        await Assert.ThrowsAsync<ClaimLostException>(() => queue.RenewAsync(claim).AsTask());
    }

    [Fact]
    public async Task Fail_TriesAgainAfterADelayThatDoubles_ThenBuriesTheTask()
    {
        var queue = Open(options => (options.MaxAttempts, options.RetryDelay) = (3, TimeSpan.FromSeconds(10)));
        await queue.AddAsync(new Job("a"));
        await queue.FailAsync(Assert.Single(await queue.ClaimAsync(1, TimeSpan.Zero)), "first");
        Assert.Equal(new TaskCounts(0, 1, 0, 0, 0, 0), await queue.CountAsync());
        Assert.Empty(await queue.ClaimAsync(1, TimeSpan.Zero));
        Time.Advance(TimeSpan.FromSeconds(10));
        await queue.FailAsync(Assert.Single(await queue.ClaimAsync(1, TimeSpan.Zero)), "second");
        Time.Advance(TimeSpan.FromSeconds(19));
        Assert.Empty(await queue.ClaimAsync(1, TimeSpan.Zero));
        Time.Advance(TimeSpan.FromSeconds(1));
        var last = Assert.Single(await queue.ClaimAsync(1, TimeSpan.Zero));
        Assert.Equal(3, last.Attempt);
        await queue.FailAsync(last, "third");
        Time.Advance(TimeSpan.FromDays(1));
        Assert.Empty(await queue.ClaimAsync(1, TimeSpan.Zero));
        Assert.Equal(new TaskCounts(0, 0, 0, 0, 1, 0), await queue.CountAsync());
    }

    [Fact]
    public async Task Lease_EndingWithoutAWordTooOften_BuriesTheTask()
    {
        var queue = Open(options => options.MaxAttempts = 2);
        await queue.AddAsync(new Job("a"));
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            Assert.Equal(attempt, Assert.Single(await queue.ClaimAsync(1, TimeSpan.Zero)).Attempt);
            Time.Advance(TimeSpan.FromMinutes(6));
        }

        Assert.Empty(await queue.ClaimAsync(1, TimeSpan.Zero));
        Assert.Equal(1, (await queue.CountAsync()).DeadLettered);
    }

    [Fact]
    public async Task Abandon_GivesBackNotBeforeTheInstant_AndCountsNoAttempt()
    {
        var queue = Open();
        await queue.AddAsync(new Job("a"));
        var claim = Assert.Single(await queue.ClaimAsync(1, TimeSpan.Zero));
        await queue.AbandonAsync(claim, Time.GetUtcNow() + TimeSpan.FromSeconds(30));
        Time.Advance(TimeSpan.FromSeconds(29));
        Assert.Empty(await queue.ClaimAsync(1, TimeSpan.Zero));
        Time.Advance(TimeSpan.FromSeconds(1));
        var again = Assert.Single(await queue.ClaimAsync(1, TimeSpan.Zero));
        Assert.Equal(1, again.Attempt);
        Assert.True(again.Fence > claim.Fence);
    }

    [Fact]
    public async Task Abandon_WakesAWaiter()
    {
        var queue = Open();
        await queue.AddAsync(new Job("a"));
        var claim = Assert.Single(await queue.ClaimAsync(1, TimeSpan.Zero));
        var waiting = queue.ClaimAsync(1, Timeout.InfiniteTimeSpan).AsTask();
        await queue.AbandonAsync(claim);
        Assert.Single(await waiting.WaitAsync(Guard));
    }

    [Fact]
    public async Task Add_OfAKnownId_AddsNothing()
    {
        var queue = Open();
        Assert.Equal(2, await queue.AddAsync([new("a"), new("b"), new("a", "high")]));
        await queue.CompleteAsync(await queue.ClaimAsync(1, TimeSpan.Zero));
        Assert.False(await queue.AddAsync(new Job("a")));
        Assert.Single(await queue.ClaimAsync(5, TimeSpan.Zero));
    }

    [Fact]
    public async Task Add_WithoutAnId_IsRefusedAndAddsNone()
    {
        var queue = Open();
        await Assert.ThrowsAsync<ArgumentException>(() => queue.AddAsync([new("a"), new(null)]).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => queue.AddAsync(new Job("")).AsTask());
        Assert.Empty(await queue.ClaimAsync(5, TimeSpan.Zero));
    }

    [Fact]
    public async Task Count_TellsWhereTasksStand()
    {
        var queue = Open(options => options.MaxAttempts = 1);
        await queue.AddAsync(Jobs(6));
        var claims = await queue.ClaimAsync(4, TimeSpan.Zero);
        await queue.CompleteAsync(claims[0]);
        await queue.FailAsync(claims[1], "broken");
        await queue.AbandonAsync(claims[2], Time.GetUtcNow() + TimeSpan.FromHours(1));
        var counts = await queue.CountAsync();
        Assert.Equal(new TaskCounts(Ready: 2, Delayed: 1, Leased: 1, Completed: 1, DeadLettered: 1, Unclaimable: 0), counts);
        Assert.Equal(4, counts.Unfinished);
    }

    [Fact]
    public async Task Claims_OfManyCallersAtOnce_AreNeverTheSameTask()
    {
        const int tasks = 300;
        var queue = Open();
        await queue.AddAsync(Jobs(tasks));
        var done = new ConcurrentBag<string>();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            while (await queue.ClaimAsync(7, TimeSpan.Zero) is { Count: > 0 } claims)
            {
                await queue.CompleteAsync(claims);
                foreach (var claim in claims)
                    done.Add(claim.Id);
            }
        })).WaitAsync(Guard);
        Assert.Equal(tasks, done.Count);
        Assert.Equal(tasks, done.Distinct().Count());
    }

    [Fact]
    public async Task TwoWorkersOnOneQueue_SeeEachOthersClaims()
    {
        var one = Open();
        if (TryOpen(one) is not { } two)
            return;
        await one.AddAsync(Jobs(4));
        var first = await one.ClaimAsync(2, TimeSpan.Zero);
        var second = await two.ClaimAsync(4, TimeSpan.Zero);
        Assert.Equal(2, second.Count);
        Assert.Equal(4, first.Concat(second).Select(claim => claim.Id).Distinct().Count());
        Assert.Equal(4, first.Concat(second).Select(claim => claim.Fence).Distinct().Count());
        await two.AbandonAsync(second);
        Assert.Equal(2, (await one.ClaimAsync(4, TimeSpan.Zero)).Count);
    }

    [Fact]
    public async Task Dispose_GivesBackWhatIsHeld()
    {
        var one = Open();
        if (TryOpen(one) is not { } two)
            return;
        await one.AddAsync(Jobs(2));
        await one.ClaimAsync(2, TimeSpan.Zero);
        await one.DisposeAsync();
        Assert.Equal(2, (await two.ClaimAsync(4, TimeSpan.Zero)).Count);
    }

    [Fact]
    public async Task Arguments_OutOfRange_AreRefused()
    {
        var queue = Open();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => queue.ClaimAsync(0, TimeSpan.Zero).AsTask());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => queue.ClaimAsync(1, TimeSpan.FromSeconds(-2)).AsTask());
        Assert.Throws<ArgumentException>(() => Open(options => options.MaxAttempts = 0));
        Assert.Throws<ArgumentException>(() => Open(options => options.Lease = TimeSpan.Zero));
    }

    private protected ITaskQueue<Job> Open(Action<TaskQueueOptions>? configure = null)
    {
        var options = NewOptions();
        options.TimeProvider = Time;
        configure?.Invoke(options);
        var queue = TryOpen(options)!;
        _opened.Add(queue);
        return queue;
    }

    private ITaskQueue<Job>? TryOpen(ITaskQueue<Job> first)
    {
        var options = NewOptions();
        options.TimeProvider = Time;
        var second = TryOpen(options);
        if (second is null)
            return null;
        _opened.Add(second);
        return ReferenceEquals(first, second) ? null : second;
    }

    private static Job[] Jobs(int count) => [.. Enumerable.Range(0, count).Select(i => new Job($"task-{i:000}"))];
}
