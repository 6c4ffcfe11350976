using CommitRelay.Performance.Probes;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Probes;

public sealed class HostProbeTests
{
    [LinuxFact]
    public void Sample_FirstOfAProbe_HasNoRatesAndSaysWhy()
    {
        using var probe = new HostProbe();
        var sample = probe.Sample();
        Assert.Equal("a rate needs two samples", sample.Cpu.Utilization.UnknownBecause);
        Assert.True(sample.Memory.Total.Value > 0);
        Assert.Equal(Units.Bytes, sample.Memory.Total.Unit);
    }

    [LinuxFact]
    public void Sample_OfTwoLooks_CountsBusyTicksPerCore()
    {
        using var recorded = new Recorded(("proc/stat", "cpu  100 0 100 800 0 0 0 0 0 0\ncpu0 50 0 50 400 0 0 0 0 0 0\ncpu2 50 0 50 400 0 0 0 0 0 0\nintr 1\n"));
        using var probe = new HostProbe(recorded.Options);
        var sample = probe.Sample();
        recorded.Write("proc/stat", "cpu  150 0 120 900 10 5 5 10 0 0\ncpu0 100 0 60 440 0 0 0 0 0 0\ncpu2 50 0 60 460 10 5 5 10 0 0\nintr 1\n");
        recorded.Time.Advance(TimeSpan.FromSeconds(1));
        probe.Sample(sample);
        Assert.Equal(0.45, sample.Cpu.Utilization.Value, 6);
        Assert.Equal(0.05, sample.Cpu.IoWait.Value, 6);
        Assert.Equal(0.05, sample.Cpu.Steal.Value, 6);
        Assert.Equal(3, sample.Cpu.PerCore.Count);
        Assert.Equal(0.6, sample.Cpu.PerCore[0].Value, 6);
        Assert.Equal("offline", sample.Cpu.PerCore[1].UnknownBecause);
        Assert.Equal(0.3, sample.Cpu.PerCore[2].Value, 6);
        Assert.Equal(2, sample.Cpu.Online.Value);
        Assert.Equal(recorded.Time.GetUtcNow(), sample.At);
    }

    [LinuxFact]
    public void Sample_OfThisMachine_AllocatesNothingOnceWarm()
    {
        using var host = new HostProbe();
        using var disk = new DiskProbe("/");
        using var self = new SelfProbe();
        var (hostSample, diskSample, selfSample) = (host.Sample(), disk.Sample(), self.Sample());
        for (var i = 0; i < 50; i++)
            SampleAll();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            SampleAll();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void SampleAll()
        {
            host.Sample(hostSample);
            disk.Sample(diskSample);
            self.Sample(selfSample);
        }
    }
}
