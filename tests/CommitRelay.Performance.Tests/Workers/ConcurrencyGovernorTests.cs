using CommitRelay.Performance.TestHelpers;
using CommitRelay.Performance.Workers;
using Microsoft.Extensions.Time.Testing;

namespace CommitRelay.Performance.Tests.Workers;

public sealed class ConcurrencyGovernorTests
{
    private static readonly SaturationSignal FullMemory = new("memory", 0.97, 0.9);
    private static readonly SaturationSignal FreeMemory = new("memory", 0.4, 0.9);
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Acquire_AtTheLimit_WaitsUntilAPermitComesBack()
    {
        var governor = Create(ceiling: 2);
        var first = await governor.AcquireAsync();
        using var second = await governor.AcquireAsync();
        var third = governor.AcquireAsync().AsTask();
        Assert.False(third.IsCompleted);
        first.Dispose();
        using var permit = await third;
        Assert.Equal(2, governor.InUse);
    }

    [Fact]
    public async Task Acquire_Cancelled_LeavesItsPlaceToTheNext()
    {
        var governor = Create(ceiling: 1);
        var held = await governor.AcquireAsync();
        using var cancel = new CancellationTokenSource();
        var cancelled = governor.AcquireAsync(cancel.Token).AsTask();
        var next = governor.AcquireAsync().AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        held.Dispose();
        using var permit = await next;
        Assert.Equal(1, governor.InUse);
    }

    [Fact]
    public void Permit_DisposedTwice_IsGivenBackOnce()
    {
        var governor = Create(ceiling: 3);
        var permits = governor.TryAcquire(5);
        Assert.Equal(3, permits.Count);
        permits[0].Dispose();
        permits[0].Dispose();
        Assert.Equal(2, governor.InUse);
    }

    [Fact]
    public void Saturation_LowersByAQuarter_AndWaitsForTheDrainBeforeItLowersAgain()
    {
        var governor = Create(ceiling: 16);
        var permits = governor.TryAcquire(16);
        governor.Observe([FullMemory]);
        Assert.Equal(12, governor.Limit);
        governor.Observe([FullMemory]);
        Assert.Equal(12, governor.Limit);
        foreach (var permit in permits.Take(4))
            permit.Dispose();
        governor.Observe([FullMemory]);
        Assert.Equal(9, governor.Limit);
        Assert.Contains("memory is at 97", governor.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void Limit_NeverFallsBelowTheMinimum()
    {
        var governor = new ConcurrencyGovernor(new() { Minimum = 2, Ceiling = 3 }, _time);
        for (var i = 0; i < 10; i++)
            governor.Observe([FullMemory]);
        Assert.Equal(2, governor.Limit);
    }

    [Fact]
    public void Recovery_RisesByOneAPeriod_AndStopsBelowTheLevelThatSaturated_UntilTheProbeInterval()
    {
        var governor = Create(ceiling: 16);
        _ = governor.TryAcquire(16);
        governor.Observe([FullMemory]);
        for (var i = 0; i < 10; i++)
            governor.Observe([FreeMemory]);
        Assert.Equal(15, governor.Limit);
        _time.Advance(TimeSpan.FromMinutes(1));
        governor.Observe([FreeMemory]);
        Assert.Equal(16, governor.Limit);
    }

    [Fact]
    public async Task Watch_BeginsWithFourTasksAProcessor_AndDoublesWhileNothingIsSaturated()
    {
        var governor = Create(ceiling: 100 * Environment.ProcessorCount);
        using var stop = new CancellationTokenSource();
        var watch = governor.RunAsync(_ => ValueTask.FromResult<IReadOnlyList<SaturationSignal>>([]), stop.Token);
        Assert.Equal(4 * Environment.ProcessorCount, governor.Limit);
        foreach (var times in (int[])[8, 16, 32])
        {
            _ = governor.TryAcquire(1000);
            await Until.True(() =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return governor.Limit == times * Environment.ProcessorCount;
            });
        }

        await stop.CancelAsync();
        await watch;
    }

    [Fact]
    public void Saturation_WithOneTaskAProcessor_IsOthersDoing_AndHoldsNothingBackOnceItIsOver()
    {
        var governor = Create(ceiling: 100);
        governor.SetCeiling(1, "a low start");
        _ = governor.TryAcquire(1);
        governor.Observe([new("CPU", 0.8, 0.5)]);
        Assert.Equal(1, governor.Limit);
        governor.SetCeiling(100, "the option");
        governor.Observe([new("CPU", 0.1, 0.5)]);
        Assert.Equal(2, governor.Limit);
    }

    [Fact]
    public void Memory_HeldByTasks_LetsInOnlyAsManyMoreAsFit()
    {
        var governor = Create(ceiling: 100);
        governor.SetCeiling(4, "a low start");
        governor.Observe([Held(0.10)]);
        _ = governor.TryAcquire(4);
        governor.SetCeiling(100, "the option");

        // Four tasks took 0.4 of it, so four more fit below 0.9, and no ninth.
        foreach (var (used, limit) in ((double, int)[])[(0.50, 5), (0.59, 6), (0.68, 7), (0.78, 8), (0.87, 8)])
        {
            governor.Observe([Held(used)]);
            Assert.Equal(limit, governor.Limit);
            _ = governor.TryAcquire(1);
        }

        Assert.Contains("one more would saturate memory", governor.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_HeldByTasks_Saturated_LowersByWhatIsTooMuch()
    {
        var governor = Create(ceiling: 20);
        governor.Observe([Held(0.10)]);
        _ = governor.TryAcquire(20);
        governor.Observe([Held(0.98)]);
        Assert.Equal(18, governor.Limit);
    }

    [Fact]
    public void Recovery_WithoutDemand_DoesNotRaise()
    {
        var governor = Create(ceiling: 16);
        foreach (var permit in governor.TryAcquire(16))
            permit.Dispose();
        governor.Observe([FullMemory]);
        var lowered = governor.Limit;
        for (var i = 0; i < 10; i++)
            governor.Observe([FreeMemory]);
        Assert.Equal(lowered, governor.Limit);
    }

    [Fact]
    public void RateLimit_HoldsTheMinimumUntilItsEnd_AndALaterEndWins()
    {
        var governor = Create(ceiling: 8);
        governor.PauseUntil(_time.GetUtcNow().AddSeconds(10));
        governor.PauseUntil(_time.GetUtcNow().AddSeconds(5));
        Assert.Equal(1, governor.Limit);
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(1, governor.Limit);
        Assert.Contains("rate limited until", governor.Explanation, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(8, governor.Limit);
    }

    [Fact]
    public void Ceiling_Raised_IsNamedInTheExplanation_AndTheLimitRisesToItWithDemand()
    {
        var governor = Create(ceiling: 2);
        governor.SetCeiling(20, "services.max_workers_per_master");
        Assert.Equal("2 of at most 20 tasks at once (ceiling from services.max_workers_per_master): nothing is saturated.", governor.Explanation);
        _ = governor.TryAcquire(2);
        governor.Observe([FreeMemory]);
        Assert.Equal(3, governor.Limit);
    }

    [Fact]
    public void Ceiling_Lowered_HoldsAtOnce_AndResetGoesBackToTheOption()
    {
        var governor = Create(ceiling: 8);
        governor.SetCeiling(3, "the home");
        Assert.Equal(3, governor.Limit);
        governor.ResetCeiling();
        Assert.Equal("3 of at most 8 tasks at once (ceiling from the option): nothing is saturated.", governor.Explanation);
    }

    [Fact]
    public void Options_MinimumAboveCeiling_IsRefusedWithBothValues()
    {
        var e = Assert.Throws<ArgumentOutOfRangeException>(() => new ConcurrencyGovernor(new() { Minimum = 9, Ceiling = 4 }));
        Assert.StartsWith("Minimum (9 permits) is more than Ceiling (4 permits).", e.Message, StringComparison.Ordinal);
    }

    private static SaturationSignal Held(double used) => new("memory", used, 0.9) { IsHeldByTasks = true };

    private ConcurrencyGovernor Create(int ceiling) => new(new() { Ceiling = ceiling }, _time);
}
