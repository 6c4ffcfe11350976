using CommitRelay.Performance.Monitoring;
using Microsoft.Extensions.Time.Testing;

namespace CommitRelay.Performance.Tests.Monitoring;

public sealed class PacedLookTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider _time = new(Now);
    private int _looks;

    [Fact]
    public void Look_ThatTookTime_IsNotTakenAgain_BeforeThatTimeIsItsShare()
    {
        var paced = new PacedLook(share: 0.01, _time);
        Assert.Equal(1, Take(paced, TimeSpan.FromMilliseconds(20)));
        _time.Advance(TimeSpan.FromSeconds(2) - TimeSpan.FromTicks(1));
        Assert.Equal(1, Take(paced, TimeSpan.FromMilliseconds(20)));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(2, Take(paced, TimeSpan.FromMilliseconds(20)));
    }

    [Fact]
    public void Pause_IsThatOfTheLastLook_NotOfAnEarlierOne()
    {
        var paced = new PacedLook(share: 0.01, _time);
        Take(paced, TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(100));
        Assert.Equal(2, Take(paced, TimeSpan.FromMilliseconds(1)));
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(3, Take(paced, TimeSpan.FromMilliseconds(1)));
    }

    [Fact]
    public void Look_ThatCostsNothing_IsTakenEachTime()
    {
        var paced = new PacedLook(share: 0.001, _time);
        Assert.Equal(1, Take(paced, TimeSpan.Zero));
        Assert.Equal(2, Take(paced, TimeSpan.Zero));
    }

    [Fact]
    public void Sample_BetweenTwoLooks_HasWhatWasSeenLast_TheUnknownWithItsReason()
    {
        var paced = new PacedLook(share: 0.5, _time);
        paced.Take(new SampleBuilder(Now), Look);
        var between = new SampleBuilder(Now);
        paced.Take(between, static _ => throw new InvalidOperationException("It is too early for a look."));
        var sample = between.Build();
        Assert.Equal(7, sample[MetricNames.WorkersActive]);
        Assert.Equal("not told", sample.Unknown[MetricNames.WorkersStale]);

        void Look(SampleBuilder seen)
        {
            seen.Set(MetricNames.WorkersActive, 7);
            seen.Set(MetricNames.WorkersStale, null, "not told");
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public void Look_ThatFails_IsTakenAgainAtOnce()
    {
        var paced = new PacedLook(share: 0.001, _time);
        Assert.Throws<IOException>(() => paced.Take(new SampleBuilder(Now), static _ => throw new IOException("The folder is gone.")));
        Assert.Equal(1, Take(paced, TimeSpan.FromSeconds(1)));
    }

    /// <summary>Takes a sample, with a look of some length if it is time for one.</summary>
    /// <returns>How many looks there have been.</returns>
    private int Take(PacedLook paced, TimeSpan length)
    {
        var sample = new SampleBuilder(Now);
        paced.Take(sample, seen =>
        {
            _time.Advance(length);
            seen.Set(MetricNames.WorkersActive, ++_looks);
        });
        Assert.Equal(_looks, sample.Build()[MetricNames.WorkersActive]);
        return _looks;
    }
}
