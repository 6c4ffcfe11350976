using CommitRelay.Performance.RateLimits;
using CommitRelay.Performance.RateLimits.State;
using Microsoft.Extensions.Time.Testing;

namespace CommitRelay.Performance.Tests.RateLimits;

/// <summary>The callers of one process before one state: 10 permits a second, 4 at once.</summary>
public sealed class PacerTests
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task State_ThatThrowsOnce_FailsThatCallOnly()
    {
        var pacer = new Pacer("scope", new ThrowsOnce(NewState()), _time);
        await Assert.ThrowsAsync<IOException>(async () => await AcquireAsync(pacer));
        for (var i = 0; i < 4; i++)
            Assert.True(AcquireAsync(pacer).IsCompletedSuccessfully);
        var waiting = AcquireAsync(pacer);
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(101));
        await waiting.WaitAsync(Guard);
    }

    [Fact]
    public async Task State_ThatThrowsWhileCallersWait_FailsThemAndServesTheNext()
    {
        var state = new ThrowsOnce(NewState()) { Armed = false };
        var pacer = new Pacer("scope", state, _time);
        for (var i = 0; i < 4; i++)
            await AcquireAsync(pacer);
        Task[] waiting = [AcquireAsync(pacer), AcquireAsync(pacer)];
        state.Armed = true;
        _time.Advance(TimeSpan.FromMilliseconds(101));
        await waiting[0].WaitAsync(Guard);
        await Assert.ThrowsAsync<IOException>(() => waiting[1].WaitAsync(Guard));
        var next = AcquireAsync(pacer);
        _time.Advance(TimeSpan.FromMilliseconds(101));
        await next.WaitAsync(Guard);
    }

    [Fact]
    public async Task Waiter_WhenCancelled_LeavesItsPlaceToTheNext()
    {
        var pacer = new Pacer("scope", NewState(), _time, wakeInline: true);
        for (var i = 0; i < 4; i++)
            await AcquireAsync(pacer);
        using var patience = new CancellationTokenSource();
        var first = AcquireAsync(pacer, patience.Token);
        var second = AcquireAsync(pacer);
        _time.Advance(TimeSpan.FromMilliseconds(50));
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.WaitAsync(Guard));
        Assert.False(second.IsCompleted);

        // A tenth of a second after the first began to wait, not two.
        _time.Advance(TimeSpan.FromMilliseconds(51));
        await second.WaitAsync(Guard);
    }

    [Fact]
    public async Task Place_WhenTheLastWaiterIsCancelled_IsGivenBack()
    {
        var state = NewState();
        var pacer = new Pacer("scope", state, _time, wakeInline: true);
        for (var i = 0; i < 4; i++)
            await AcquireAsync(pacer);
        using var patience = new CancellationTokenSource();
        var only = AcquireAsync(pacer, patience.Token);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => only.WaitAsync(Guard));
        _time.Advance(TimeSpan.FromMilliseconds(101));
        Assert.Equal(TimeSpan.Zero, (await state.ReserveAsync(default)).Wait);
    }

    private InProcessRateLimitState NewState() => new(PaceSettings.Default, _time);

    private Task<RateLimitTicket> AcquireAsync(Pacer pacer, CancellationToken cancellationToken = default)
        => pacer.AcquireAsync(default, _time.GetTimestamp(), long.MaxValue, cancellationToken).AsTask();

    /// <summary>A state that fails at once, not by its task, as a client library without a connection does.</summary>
    private sealed class ThrowsOnce(IRateLimitState inner) : IRateLimitState
    {
        public bool Armed { get; set; } = true;

        public ValueTask<RateLimitTicket> ReserveAsync(RateLimitUsage cost, CancellationToken cancellationToken = default)
        {
            if (!Armed)
                return inner.ReserveAsync(cost, cancellationToken);
            Armed = false;
            throw new IOException("away");
        }

        public ValueTask<RateLimitTicket> CheckAsync(RateLimitTicket ticket, CancellationToken cancellationToken = default) => inner.CheckAsync(ticket, cancellationToken);

        public ValueTask ReturnAsync(RateLimitTicket ticket, CancellationToken cancellationToken = default) => inner.ReturnAsync(ticket, cancellationToken);

        public ValueTask<TimeSpan> ReportAsync(RateLimitTicket ticket, RateLimitReport report, CancellationToken cancellationToken = default) => inner.ReportAsync(ticket, report, cancellationToken);

        public ValueTask<RateLimitView> ViewAsync(CancellationToken cancellationToken = default) => inner.ViewAsync(cancellationToken);
    }
}
