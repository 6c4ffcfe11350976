using CommitRelay.Performance.Probes;
using CommitRelay.Performance.Workers;

namespace CommitRelay.Performance.Tests.Workers;

public sealed class ResourceSignalsTests
{
    private readonly HostSample _host = new();
    private readonly DiskSample _disk = new();

    [Fact]
    public void Resources_NobodyTellsOf_GiveNoSignal() => Assert.Empty(Collect());

    [Fact]
    public void Processors_ThatAreBusyWhileNothingWaits_AreNotSaturated()
    {
        _host.Cpu.Utilization = Share(1);
        _host.Pressure.Cpu.Some = Share(0.05);
        Assert.False(Assert.Single(Collect()).IsSaturated);
    }

    [Fact]
    public void Processors_WithoutPressureInformation_AreSaturatedWhenBusy()
    {
        _host.Cpu.Utilization = Share(0.3);
        _host.Cpu.LimitUtilization = Share(0.99);
        Assert.True(Assert.Single(Collect()).IsSaturated);
    }

    [Fact]
    public void Pressure_OfTheContainer_CountsWhereItIsWorseThanTheHosts()
    {
        _host.Pressure.Memory.Full = Share(0.01);
        _host.GroupPressure.Memory.Full = Share(0.3);
        Assert.Equal(new SaturationSignal("memory pressure", 0.3, 0.1), Assert.Single(Collect()));
    }

    [Fact]
    public void Disk_NearlyFull_IsSaturated()
    {
        _disk.Utilization = Share(0.98);
        Assert.True(Assert.Single(Collect()).IsSaturated);
    }

    [Fact]
    public void Machine_ThisRunsOn_TellsOfMemoryAndDisk()
    {
        using var signals = new ResourceSignals(Path.GetTempPath());
        var known = signals.Sample().Select(signal => signal.Resource).ToArray();
        Assert.Contains("memory", known);
        Assert.Contains("disk", known);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void Threshold_ThatIsNoShare_IsRefused(double share)
        => Assert.Contains("Memory", Assert.Throws<ArgumentException>(() => new ResourceSignals("/", new ResourceThresholds { Memory = share })).Message, StringComparison.Ordinal);

    private static Reading<double> Share(double value) => Reading.Known(value, "1", DateTimeOffset.UnixEpoch);

    private List<SaturationSignal> Collect()
    {
        var signals = new List<SaturationSignal>();
        ResourceSignals.Collect(_host, _disk, new ResourceThresholds(), signals);
        return signals;
    }
}
