using CommitRelay.Performance.Probes;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Probes;

/// <summary>Systems that are not a plain Linux host, in the shapes their kernels and runtimes really show.</summary>
public sealed class OddSystemsTests
{
    private const string FourCores = "cpu  400 0 400 3200 0 0 0 0 0 0\ncpu0 100 0 100 800 0 0 0 0 0 0\ncpu1 100 0 100 800 0 0 0 0 0 0\ncpu2 100 0 100 800 0 0 0 0 0 0\ncpu3 100 0 100 800 0 0 0 0 0 0\nintr 1\n";
    private const string SixteenGigabytes = "MemTotal:       16777216 kB\nMemFree:         4194304 kB\nMemAvailable:    8388608 kB\nBuffers:            1024 kB\nCached:          2097152 kB\nSwapTotal:       2097152 kB\nSwapFree:        1048576 kB\n";
    private const long Gigabyte = 1L << 30;
    private const long Megabyte = 1L << 20;

    [LinuxFact]
    public void FirstVersion_QuotaAndLimitOfTheContainer_Hold()
    {
        using var recorded = Host(
            ("proc/self/cgroup", "12:memory:/docker/0f1e\n4:cpu,cpuacct:/docker/0f1e\n1:name=systemd:/docker/0f1e\n"),
            ("proc/self/mountinfo", "700 699 0:30 /docker/0f1e /sys/fs/cgroup/memory ro,nosuid - cgroup cgroup rw,memory\n701 699 0:31 /docker/0f1e /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct\n"),
            ("sys/fs/cgroup/memory/memory.limit_in_bytes", "1073741824\n"),
            ("sys/fs/cgroup/memory/memory.usage_in_bytes", "805306368\n"),
            ("sys/fs/cgroup/memory/memory.stat", "cache 300000000\ninactive_file 1\ntotal_inactive_file 268435456\n"),
            ("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "150000\n"),
            ("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n"),
            ("sys/fs/cgroup/cpu,cpuacct/cpu.stat", "nr_periods 100\nnr_throttled 10\nthrottled_time 5\n"),
            ("sys/fs/cgroup/cpu,cpuacct/cpuacct.usage", "1000000000\n"));
        using var probe = new HostProbe(recorded.Options);
        var sample = probe.Sample();
        recorded.Write("sys/fs/cgroup/cpu,cpuacct/cpu.stat", "nr_periods 110\nnr_throttled 15\nthrottled_time 9\n");
        recorded.Write("sys/fs/cgroup/cpu,cpuacct/cpuacct.usage", "1750000000\n");
        recorded.Time.Advance(TimeSpan.FromSeconds(1));
        probe.Sample(sample);
        Assert.Equal(Gigabyte, sample.Memory.Limit.Value);
        Assert.Equal(512 * Megabyte, sample.Memory.Headroom.Value);
        Assert.Equal(0.5, sample.Memory.Utilization.Value, 6);
        Assert.Equal(1.5, sample.Cpu.Limit.Value, 6);
        Assert.Equal(0.5, sample.Cpu.LimitUtilization.Value, 6);
        Assert.Equal(0.5, sample.Cpu.Throttled.Value, 6);
        Assert.Equal("no control group of version 2", sample.GroupPressure.Cpu.Some.UnknownBecause);
    }

    [LinuxFact]
    public void FirstVersion_WithoutLimits_IsTheHost()
    {
        using var recorded = Host(
            ("proc/self/cgroup", "5:memory:/user.slice\n3:cpu,cpuacct:/user.slice\n"),
            ("proc/self/mountinfo", "30 25 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n31 25 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"),
            ("sys/fs/cgroup/memory/user.slice/memory.limit_in_bytes", "9223372036854771712\n"),
            ("sys/fs/cgroup/memory/user.slice/memory.usage_in_bytes", "805306368\n"),
            ("sys/fs/cgroup/cpu,cpuacct/user.slice/cpu.cfs_quota_us", "-1\n"),
            ("sys/fs/cgroup/cpu,cpuacct/user.slice/cpu.cfs_period_us", "100000\n"));
        using var probe = new HostProbe(recorded.Options);
        var sample = probe.Sample();
        Assert.Equal((16 * Gigabyte, 8 * Gigabyte), (sample.Memory.Limit.Value, sample.Memory.Headroom.Value));
        Assert.Equal(4, sample.Cpu.Limit.Value);
        Assert.Equal(0, sample.Cpu.Throttled.Value);
    }

    [LinuxFact]
    public void Hybrid_ControllersOfTheFirstVersionBesideAnEmptySecond_AreFound()
    {
        using var recorded = Host(
            ("proc/self/cgroup", "9:memory:/system.slice/worker.service\n2:cpu,cpuacct:/system.slice/worker.service\n1:name=systemd:/system.slice/worker.service\n0::/system.slice/worker.service\n"),
            ("proc/self/mountinfo", "32 24 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n33 24 0:29 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n34 24 0:30 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"),
            ("sys/fs/cgroup/unified/system.slice/worker.service/cgroup.procs", "1\n"),
            ("sys/fs/cgroup/memory/system.slice/worker.service/memory.limit_in_bytes", "2147483648\n"),
            ("sys/fs/cgroup/memory/system.slice/worker.service/memory.usage_in_bytes", "1073741824\n"),
            ("sys/fs/cgroup/cpu,cpuacct/system.slice/worker.service/cpu.cfs_quota_us", "200000\n"),
            ("sys/fs/cgroup/cpu,cpuacct/system.slice/worker.service/cpu.cfs_period_us", "100000\n"));
        using var probe = new HostProbe(recorded.Options);
        var sample = probe.Sample();
        Assert.Equal((2 * Gigabyte, Gigabyte), (sample.Memory.Limit.Value, sample.Memory.Headroom.Value));
        Assert.Equal(2, sample.Cpu.Limit.Value);
        Assert.False(sample.GroupPressure.Memory.Full.IsKnown);
    }

    [LinuxFact]
    public void SecondVersion_ALimitFurtherUp_HoldsThoughTheInnerOneIsMax()
    {
        using var recorded = Host(
            ("proc/self/cgroup", "0::/kubepods/pod1/ctr\n"),
            ("proc/self/mountinfo", "25 20 0:22 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate\n"),
            ("sys/fs/cgroup/kubepods/pod1/ctr/memory.max", "max\n"),
            ("sys/fs/cgroup/kubepods/pod1/ctr/memory.current", "104857600\n"),
            ("sys/fs/cgroup/kubepods/pod1/ctr/cpu.max", "max 100000\n"),
            ("sys/fs/cgroup/kubepods/pod1/memory.max", "536870912\n"),
            ("sys/fs/cgroup/kubepods/pod1/memory.current", "469762048\n"),
            ("sys/fs/cgroup/kubepods/pod1/memory.stat", "anon 1\ninactive_file 67108864\n"),
            ("sys/fs/cgroup/kubepods/pod1/cpu.max", "50000 100000\n"),
            ("sys/fs/cgroup/kubepods/memory.max", "1073741824\n"),
            ("sys/fs/cgroup/kubepods/memory.current", "1027604480\n"),
            ("sys/fs/cgroup/kubepods/pod1/ctr/memory.pressure", "some avg10=1.50 avg60=0.00 avg300=0.00 total=10\nfull avg10=0.50 avg60=0.00 avg300=0.00 total=5\n"));
        using var probe = new HostProbe(recorded.Options);
        var sample = probe.Sample();

        // The pod's limit is the least, but the node's share leaves less: 44 MiB.
        Assert.Equal(512 * Megabyte, sample.Memory.Limit.Value);
        Assert.Equal(44 * Megabyte, sample.Memory.Headroom.Value);
        Assert.Equal(1027604480.0 / Gigabyte, sample.Memory.Utilization.Value, 6);
        Assert.Equal(0.5, sample.Cpu.Limit.Value, 6);
        Assert.Equal(0.005, sample.GroupPressure.Memory.FullAverage10.Value, 6);
        Assert.Contains("io.pressure", sample.GroupPressure.Io.Some.UnknownBecause, StringComparison.Ordinal);
    }

    [LinuxFact]
    public void SecondVersion_InANamespaceOfItsOwn_TheMountIsTheGroup()
    {
        using var recorded = Host(
            ("proc/self/cgroup", "0::/\n"),
            ("proc/self/mountinfo", "25 20 0:22 / /sys/fs/cgroup ro - cgroup2 cgroup rw\n"),
            ("sys/fs/cgroup/memory.max", "268435456\n"),
            ("sys/fs/cgroup/memory.current", "134217728\n"),
            ("sys/fs/cgroup/cpu.max", "25000 50000\n"));
        using var probe = new HostProbe(recorded.Options);
        var sample = probe.Sample();
        Assert.Equal((256 * Megabyte, 128 * Megabyte), (sample.Memory.Limit.Value, sample.Memory.Headroom.Value));
        Assert.Equal(0.5, sample.Cpu.Limit.Value, 6);
    }

    [LinuxFact]
    public void SecondVersion_AQuotaThatIsTakenAway_LimitsNoMore()
    {
        using var recorded = Host(
            ("proc/self/cgroup", "0::/g\n"),
            ("proc/self/mountinfo", "25 20 0:22 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"),
            ("sys/fs/cgroup/g/cpu.max", "100000 100000\n"));
        using var probe = new HostProbe(recorded.Options);
        Assert.Equal(1, probe.Sample().Cpu.Limit.Value);
        recorded.Write("sys/fs/cgroup/g/cpu.max", "max 100000\n");
        recorded.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(4, probe.Sample().Cpu.Limit.Value);
    }

    [LinuxFact]
    public void WithoutPressureFiles_PressureIsUnknownAndTheRestStands()
    {
        using var recorded = Host();
        using var probe = new HostProbe(recorded.Options);
        var sample = probe.Sample();
        Assert.Contains("pressure/cpu", sample.Pressure.Cpu.Some.UnknownBecause, StringComparison.Ordinal);
        Assert.Equal(16 * Gigabyte, sample.Memory.Total.Value);
        Assert.Equal(Gigabyte, sample.Memory.SwapUsed.Value);
    }

    [LinuxFact]
    public void APressureFileWithoutAFullLine_KnowsSomeOnly()
    {
        // Before Linux 5.13, cpu has no "full".
        using var recorded = Host(("proc/pressure/cpu", "some avg10=2.50 avg60=1.00 avg300=0.10 total=1000000\n"));
        using var probe = new HostProbe(recorded.Options);
        var sample = probe.Sample();
        Assert.Equal(0.025, sample.Pressure.Cpu.SomeAverage10.Value, 6);
        Assert.Contains("full", sample.Pressure.Cpu.FullAverage10.UnknownBecause, StringComparison.Ordinal);
    }

    [LinuxFact]
    public void Wsl_WithoutGroupsAndWithAnEmptyFileTable_GivesWhatThereIs()
    {
        using var recorded = Host(
            ("proc/self/cgroup", "0::/\n"),
            ("proc/self/mountinfo", "77 60 0:21 / /sys rw - sysfs sysfs rw\n80 77 0:30 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n99 60 0:40 / /mnt/c rw - 9p C:\\134 rw,aname=drvfs\n"),
            ("proc/loadavg", "0.52 0.58 0.59 1/97 1234\n"),
            ("proc/sys/fs/file-nr", "0\t0\t9223372036854775807\n"));
        using var probe = new HostProbe(recorded.Options);
        var sample = probe.Sample();
        Assert.Equal((16 * Gigabyte, 4.0), (sample.Memory.Limit.Value, sample.Cpu.Limit.Value));
        Assert.Equal(0.58, sample.Cpu.Load5.Value, 6);
        Assert.Equal(long.MaxValue, sample.Descriptors.SystemLimit.Value);
        Assert.Equal("in the root control group: see the host's pressure", sample.GroupPressure.Cpu.Some.UnknownBecause);
    }

    [LinuxFact]
    public void Sandbox_WithHardlyAnyFile_IsUnknownWithReasonsAndNeverThrows()
    {
        using var recorded = new Recorded(("proc/meminfo", "MemTotal:        2097152 kB\nMemFree:         1048576 kB\nCached:           524288 kB\n"), ("proc/stat", "cpu  0 0 0 0 0 0 0 0 0 0\n"));
        using var probe = new HostProbe(recorded.Options);
        probe.Sample();
        recorded.Time.Advance(TimeSpan.FromSeconds(1));
        var sample = probe.Sample();
        Assert.Equal((2 * Gigabyte, 1536 * Megabyte), (sample.Memory.Total.Value, sample.Memory.Available.Value));
        Assert.False(sample.Cpu.Utilization.IsKnown);
        foreach (var unknown in new[] { sample.Cpu.Load1.UnknownBecause, sample.Pressure.Io.Full.UnknownBecause, sample.Network.Retransmitted.UnknownBecause, sample.Descriptors.SystemOpen.UnknownBecause, sample.Memory.SwapTotal.UnknownBecause })
            Assert.False(string.IsNullOrEmpty(unknown));
    }

    [LinuxFact]
    public void NumbersThatOverflowAndLinesOfWords_AreUnknownNotNonsense()
    {
        using var recorded = new Recorded(
            ("proc/meminfo", "MemTotal:       99999999999999999999 kB\nMemAvailable:    many kB\nSwapTotal: 9223372036854775807 kB\nSwapFree:\n"),
            ("proc/stat", "cpu  99999999999999999999999 x 0 0\ncpu0\n"),
            ("proc/loadavg", "high\n"),
            ("proc/sys/fs/file-nr", "\n"),
            ("proc/self/cgroup", "nonsense\n::\n"),
            ("proc/self/mountinfo", "1 2 3\n- - -\n\n"));
        using var probe = new HostProbe(recorded.Options);
        var sample = probe.Sample();
        Assert.False(sample.Memory.Total.IsKnown);
        Assert.False(sample.Memory.Available.IsKnown);
        Assert.False(sample.Memory.SwapTotal.IsKnown);
        Assert.False(sample.Cpu.Utilization.IsKnown);
        Assert.False(sample.Cpu.Load1.IsKnown);
        Assert.False(sample.Descriptors.SystemOpen.IsKnown);
    }

    private static Recorded Host(params ReadOnlySpan<(string Path, string Text)> files)
        => new([("proc/stat", FourCores), ("proc/meminfo", SixteenGigabytes), .. files]);
}
