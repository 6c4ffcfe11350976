using CommitRelay.Performance.Probes;

namespace CommitRelay.Performance.Tests.Probes;

public sealed class ReadingTests
{
    [Fact]
    public void Default_IsUnknownAndSaysSo()
    {
        var reading = default(Reading<long>);
        Assert.False(reading.IsKnown);
        Assert.Null(reading.ValueOrNull);
        Assert.Equal("never sampled", reading.UnknownBecause);
    }

    [Fact]
    public void Value_OfAnUnknown_ThrowsTheReason()
    {
        var reading = Reading.Unknown<double>("no such file", Units.Ratio, DateTimeOffset.UnixEpoch);
        Assert.Equal("Unknown: no such file", Assert.Throws<InvalidOperationException>(() => reading.Value).Message);
        Assert.Equal("unknown: no such file", reading.ToString());
    }

    [Fact]
    public void Known_KeepsValueUnitAndTime()
    {
        var reading = Reading.Known(5L, Units.Bytes, DateTimeOffset.UnixEpoch);
        Assert.True(reading.TryGet(out var value));
        Assert.Equal((5L, "By", DateTimeOffset.UnixEpoch), (value, reading.Unit, reading.At));
        Assert.Equal("5 By", reading.ToString());
    }
}
