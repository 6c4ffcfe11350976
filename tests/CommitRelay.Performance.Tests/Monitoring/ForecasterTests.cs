using CommitRelay.Performance.Monitoring;
using CsCheck;

namespace CommitRelay.Performance.Tests.Monitoring;

public sealed class ForecasterTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void StraightFall_ReachesZeroWhereTheLineDoes()
        => Gen.Select(Gen.Double[1, 1e12], Gen.Int[6, 300]).Sample((start, minutes) =>
        {
            var forecaster = new Forecaster(TimeSpan.FromHours(1));
            for (var i = 0; i < 6; i++)
                forecaster.Add(Start.AddMinutes(i), start - start * i / minutes);
            var until = forecaster.UntilZero().Until;
            Assert.NotNull(until);
            Assert.Equal(minutes - 5, until.Value.TotalMinutes, 3);
        });

    [Fact]
    public void OneCleanUp_DoesNotTurnTheForecast()
    {
        var forecaster = new Forecaster(TimeSpan.FromHours(1));
        double free = 100;
        for (var i = 0; i < 20; i++)
        {
            free += i == 10 ? 30 : -2;
            forecaster.Add(Start.AddMinutes(i), free);
        }

        Assert.InRange(forecaster.UntilZero().Until!.Value.TotalMinutes, free / 2 * 0.7, free / 2 * 2.5);
    }

    [Fact]
    public void TooFewSamples_GiveNoAnswerButTheReason()
    {
        var forecaster = new Forecaster(TimeSpan.FromHours(1));
        forecaster.Add(Start, 5);
        forecaster.Add(Start.AddMinutes(1), double.NaN);
        Assert.Equal(new Forecast(null, "1 samples; 5 are needed"), forecaster.UntilZero());
    }

    [Fact]
    public void RisingValue_NeverReachesZero()
    {
        var forecaster = new Forecaster(TimeSpan.FromHours(1));
        for (var i = 0; i < 10; i++)
            forecaster.Add(Start.AddMinutes(i), 10 + i);
        Assert.Equal(new Forecast(null, "10 samples over 540 s, 1 a minute, so it does not fall"), forecaster.UntilZero());
    }

    [Fact]
    public void OldSamples_LeaveTheWindow()
    {
        var forecaster = new Forecaster(TimeSpan.FromMinutes(5));
        for (var i = 0; i < 30; i++)
            forecaster.Add(Start.AddMinutes(i), i < 20 ? 100 + i : 1000 - i);
        Assert.Contains("6 samples over 300 s, -1 a minute", forecaster.UntilZero().Basis, StringComparison.Ordinal);
    }
}
