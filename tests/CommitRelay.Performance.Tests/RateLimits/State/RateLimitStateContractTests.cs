using CommitRelay.Performance.RateLimits;
using CommitRelay.Performance.RateLimits.State;
using CommitRelay.Performance.TestHelpers;
using Microsoft.Extensions.Time.Testing;

namespace CommitRelay.Performance.Tests.RateLimits.State;

/// <summary>What every <see cref="IRateLimitState"/> owes to two who share it, one and other; the rate is 10/s, 4 at once.</summary>
public sealed class RateLimitStateContractTests : IDisposable
{
    private static readonly RateLimitReport Served = new(RateLimitKind.None, TimeSpan.Zero, null, null);
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<IDisposable> _open = [];

    public static TheoryData<string> Kinds => OperatingSystem.IsLinux() ? ["process", "machine"] : ["process"];

    public void Dispose()
    {
        _open.ForEach(state => state.Dispose());
        _folder.Dispose();
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Reserve_BySharersInTurn_GivesTheBurstThenPlacesAtTheRate(string kind)
    {
        var (one, other) = Open(kind);
        var waits = new List<double>();
        for (var i = 0; i < 4; i++)
        {
            waits.Add((await one.ReserveAsync(default)).Wait.TotalSeconds);
            waits.Add((await other.ReserveAsync(default)).Wait.TotalSeconds);
        }

        double[] expected = [0, 0, 0, 0, 0.1, 0.2, 0.3, 0.4];
        Assert.All(waits.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 0.001));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Check_OfAPlace_GivesThePermitWhenDueAndNotBefore(string kind)
    {
        var (one, other) = Open(kind);
        await DrainAsync(one);
        var place = await other.ReserveAsync(default);
        _time.Advance(TimeSpan.FromMilliseconds(60));
        Assert.Equal(0.04, (await other.CheckAsync(place)).Wait.TotalSeconds, 0.001);
        _time.Advance(TimeSpan.FromMilliseconds(60));
        Assert.Equal(TimeSpan.Zero, (await other.CheckAsync(place)).Wait);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Return_OfAPlace_MovesTheOtherUp(string kind)
    {
        var (one, other) = Open(kind);
        await DrainAsync(one);
        var first = await one.ReserveAsync(default);
        var second = await other.ReserveAsync(default);
        await one.ReturnAsync(first);
        Assert.Equal(second.Wait.TotalSeconds - 0.1, (await other.CheckAsync(second)).Wait.TotalSeconds, 0.001);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Report_OfALongWait_StopsAllUntilOneProbeIsServed(string kind)
    {
        var (one, other) = Open(kind);
        var old = await one.ReserveAsync(default);
        _time.Advance(TimeSpan.FromSeconds(1));
        await one.ReportAsync(old, Refused(10));
        var place = await other.ReserveAsync(default);
        Assert.True(place.Stopped);
        Assert.InRange(place.Wait, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(11));
        Assert.InRange((await other.ViewAsync()).StoppedFor, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(11));
        _time.Advance(TimeSpan.FromSeconds(11));
        var probe = await other.CheckAsync(place);
        Assert.Equal(TimeSpan.Zero, probe.Wait);
        Assert.NotEqual(TimeSpan.Zero, (await one.ReserveAsync(default)).Wait);
        await other.ReportAsync(probe, Served);
        var view = await one.ViewAsync();
        Assert.Equal((TimeSpan.Zero, 1L), (view.StoppedFor, view.CoolDowns));
        Assert.NotEqual(old.Epoch, (await one.ReserveAsync(default)).Epoch);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Report_OfTwoLongWaits_KeepsTheLater(string kind)
    {
        var (one, other) = Open(kind);
        var (first, second) = (await one.ReserveAsync(default), await other.ReserveAsync(default));
        await one.ReportAsync(first, Refused(60));
        await other.ReportAsync(second, Refused(10));
        Assert.InRange((await one.ViewAsync()).StoppedFor, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(61));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Report_OfHeaders_TellsTheOtherTheRate(string kind)
    {
        var (one, other) = Open(kind);
        var permit = await one.ReserveAsync(default);
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("anthropic-ratelimit-requests-limit", "3000");
        response.Headers.TryAddWithoutValidation("anthropic-ratelimit-requests-remaining", "2999");
        response.Headers.TryAddWithoutValidation("anthropic-ratelimit-requests-reset", _time.GetUtcNow().AddSeconds(1).ToString("yyyy-MM-ddTHH:mm:ssZ"));
        await one.ReportAsync(permit, Served with { Headers = RateLimitHeaders.Parse(response, _time.GetUtcNow()) });
        Assert.Equal(50, (await other.ViewAsync()).RequestsPerSecond);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Report_OfRefusals_UsesUpTheRetriesOfBoth(string kind)
    {
        var (one, other) = Open(kind);
        var permit = await one.ReserveAsync(default);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(TimeSpan.Zero, await one.ReportAsync(permit, Refused(0)));
            Assert.Equal(TimeSpan.Zero, await other.ReportAsync(permit, Refused(0)));
        }

        Assert.Equal(TimeSpan.FromSeconds(1), await one.ReportAsync(permit, Refused(0)));
        Assert.Equal(TimeSpan.FromSeconds(2), await other.ReportAsync(permit, Refused(0)));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Tickets_AreComparedByValue(string kind)
    {
        var (one, other) = Open(kind);
        var (first, second) = (await one.ReserveAsync(default), await other.ReserveAsync(default));
        Assert.NotEqual(first, second);
        var copy = first with { Wait = first.Wait };
        Assert.Equal(first, copy);
        Assert.Equal(first.GetHashCode(), copy.GetHashCode());
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Reserve_FromManyThreads_GivesEachPlaceOnce(string kind)
    {
        const int each = 2000;
        var (one, other) = Open(kind);
        IRateLimitState[] sharers = [one, other, one, other];
        var places = await Task.WhenAll(sharers.Select(sharer => Task.Run(async () =>
        {
            var own = new List<double>();
            for (var i = 0; i < each; i++)
                own.Add((await sharer.ReserveAsync(default)).Positions[PaceState.Learned]);
            return own;
        })));
        Assert.Equal(Enumerable.Range(1, sharers.Length * each).Select(i => (double)i), places.SelectMany(own => own).Order());
    }

    private static RateLimitReport Refused(int retryAfter)
    {
        using var response = new HttpResponseMessage();
        if (retryAfter > 0)
            response.Headers.TryAddWithoutValidation("Retry-After", retryAfter.ToString());
        return new RateLimitReport(RateLimitKind.RateLimited, TimeSpan.Zero, RateLimitHeaders.Parse(response, default), null);
    }

    private static async Task DrainAsync(IRateLimitState state)
    {
        for (var i = 0; i < 4; i++)
            Assert.Equal(TimeSpan.Zero, (await state.ReserveAsync(default)).Wait);
    }

    private (IRateLimitState One, IRateLimitState Other) Open(string kind)
    {
        if (kind == "machine")
            return (OpenFile(), OpenFile());
        var shared = new InProcessRateLimitState(PaceSettings.Default, _time);
        return (shared, shared);
    }

    private MachineRateLimitState OpenFile()
    {
        var state = new MachineRateLimitState(PaceFile.Open(_folder.Path, "scope"), "scope", PaceSettings.Default, _time);
        _open.Add(state);
        return state;
    }
}
