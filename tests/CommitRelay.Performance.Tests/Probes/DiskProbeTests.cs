using CommitRelay.Performance.Probes;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Probes;

public sealed class DiskProbeTests
{
    [Fact]
    public void Sample_OfAFolder_AgreesWithTheFramework()
    {
        using var folder = new TempFolder();
        using var probe = new DiskProbe(folder.Path);
        var sample = probe.Sample();
        Assert.Equal(new DriveInfo(folder.Path).TotalSize, sample.Total.Value);
        Assert.InRange(sample.Utilization.Value, 0, 1);
    }

    [Fact]
    public void Sample_OfAPathThatIsNotThere_IsUnknownAndNamesIt()
    {
        using var folder = new TempFolder();
        using var probe = new DiskProbe(folder["missing"]);
        var sample = probe.Sample();
        if (OperatingSystem.IsLinux())
            Assert.Contains("missing", sample.Total.UnknownBecause, StringComparison.Ordinal);
        else
            Assert.NotNull(sample);
    }

    [LinuxFact]
    public void Sample_OfAPathMadeLater_IsKnownThen()
    {
        using var folder = new TempFolder();
        using var probe = new DiskProbe(folder["later"]);
        Assert.False(probe.Sample().Total.IsKnown);
        Directory.CreateDirectory(folder["later"]);
        var sample = probe.Sample();
        Assert.True(sample.Total.IsKnown);
        Assert.NotNull(sample.MountPoint);
    }
}
