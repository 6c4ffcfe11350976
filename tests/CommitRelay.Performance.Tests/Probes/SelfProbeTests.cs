using CommitRelay.Performance.Probes;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Probes;

public sealed class SelfProbeTests
{
    [Fact]
    public void Sample_KnowsProcessorMemoryAndPool()
    {
        using var probe = new SelfProbe();
        var sample = probe.Sample();
        Assert.True(sample.CpuTime.Value > 0);
        Assert.True(sample.WorkingSet.Value > 1_000_000);
        Assert.True(sample.Heap.Value > 0);
        Assert.True(sample.PoolThreads.Value >= 0);
        Assert.False(sample.Cpu.IsKnown);
        probe.Sample(sample);
        Assert.True(sample.Cpu.Value >= 0);
        Assert.InRange(sample.GcPause.Value, 0, 1);
    }

    [LinuxFact]
    public void Descriptors_CountOpenFiles()
    {
        using var probe = new SelfProbe();
        using var folder = new TempFolder();
        var before = probe.Sample().Descriptors.Value;
        var open = Enumerable.Range(0, 500).Select(i => File.Create(folder[$"{i}"])).ToList();
        var now = probe.Sample().Descriptors.Value;
        open.ForEach(static f => f.Dispose());

        // Other tests open and close files meanwhile.
        Assert.InRange(now - before, 300, 700);
    }
}
