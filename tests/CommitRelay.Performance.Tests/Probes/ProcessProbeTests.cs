using System.Diagnostics;
using CommitRelay.Performance.Probes;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Probes;

public sealed class ProcessProbeTests : IDisposable
{
    private const string Line = "(odd ) name (x) S 1 42 42 0 -1 4194560 1 2 3 4 150 50 0 0 20 0 7 0 1000 2097152 300 18446744073709551615 1 1\n";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [LinuxFact]
    public void Sample_FindsThisProcessAndItsNumbers()
    {
        var probe = new ProcessProbe();
        var first = probe.Sample().Find(Environment.ProcessId)!;
        Assert.False(first.CpuNow.IsKnown);
        var second = probe.Sample().Find(Environment.ProcessId)!;
        Assert.True(second.CpuNow.IsKnown);
        Assert.Equal(first.Identity, second.Identity);
        Assert.InRange(second.Resident.Value, Environment.WorkingSet / 2, Environment.WorkingSet * 2);
        Assert.True(second.Threads.Value >= 2);
        Assert.InRange(second.Uptime.Value, 0, 86400);
        Assert.True(probe.IsAlive(second.Identity));
        Assert.False(probe.IsAlive(second.Identity with { StartTicks = second.Identity.StartTicks + 1 }));
        Assert.Contains("dotnet", probe.CommandLine(Environment.ProcessId), StringComparison.Ordinal);
    }

    [LinuxFact]
    public void Sample_OfARecordedTree_ReadsNamesWithParenthesesAndRatesOverTheInterval()
    {
        using var recorded = new Recorded(("proc/uptime", "20.00 1.00\n"), ("proc/42/stat", "42 " + Line), ("proc/43/stat", ""), ("proc/44/stat", "44 (cut"), ("proc/self/stat", "x"));
        var probe = new ProcessProbe(recorded.Options);
        var process = Assert.Single(probe.Sample());
        Assert.Equal(("odd ) name (x", 42, 1, ProcessState.Sleeping), (process.Name, process.Pid, process.ParentPid, process.State));
        Assert.Equal(10, process.Uptime.Value, 6);
        Assert.Equal(0.2, process.CpuLifetime.Value, 6);
        Assert.Equal(2097152, process.Virtual.Value);
        Assert.Equal(300L * Environment.SystemPageSize, process.Resident.Value);
        recorded.Write("proc/42/stat", "42 " + Line.Replace(" 150 50 ", " 200 100 ", StringComparison.Ordinal));
        recorded.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0.5, Assert.Single(probe.Sample()).CpuNow.Value, 6);
    }

    [LinuxFact]
    public void Sample_OfAProcessWhoseNumberWasReused_StartsItsRateAnew()
    {
        using var recorded = new Recorded(("proc/uptime", "20.00 1.00\n"), ("proc/42/stat", "42 " + Line));
        var probe = new ProcessProbe(recorded.Options);
        probe.Sample();
        recorded.Write("proc/42/stat", "42 " + Line.Replace(" 1000 ", " 1900 ", StringComparison.Ordinal));
        recorded.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(Assert.Single(probe.Sample()).CpuNow.IsKnown);
    }

    [LinuxFact]
    public void Sample_WithoutUptime_LeavesAgesUnknown()
    {
        using var recorded = new Recorded(("proc/42/stat", "42 " + Line));
        var process = Assert.Single(new ProcessProbe(recorded.Options).Sample());
        Assert.Contains("uptime", process.Uptime.UnknownBecause, StringComparison.Ordinal);
        Assert.Contains("uptime", process.CpuLifetime.UnknownBecause, StringComparison.Ordinal);
    }

    [LinuxFact]
    public void Sample_WithoutProc_IsEmptyAndSaysWhy()
    {
        using var recorded = new Recorded();
        var table = new ProcessProbe(recorded.Options).Sample();
        Assert.Empty(table);
        Assert.NotNull(table.IncompleteBecause);
    }

    [LinuxFact]
    public void Top_OrdersByMemoryAndNamesZombies()
    {
        using var recorded = new Recorded(
            ("proc/uptime", "20.00 1.00\n"),
            ("proc/1/stat", "1 " + Line.Replace(" 300 ", " 5 ", StringComparison.Ordinal)),
            ("proc/2/stat", "2 " + Line.Replace(" 300 ", " 900 ", StringComparison.Ordinal)),
            ("proc/3/stat", "3 (gone) Z" + Line[17..]));
        var table = new ProcessProbe(recorded.Options).Sample();
        Assert.Equal([2, 3], table.Top(2, ProcessOrder.Memory).Select(p => p.Pid));
        Assert.Equal(3, Assert.Single(table.Zombies).Pid);
        Assert.Equal(2, table.Named("odd ) name (x").Count());
    }

    [LinuxFact]
    public void Check_OfARunningChild_IsAliveThenZombieOrStale()
    {
        using var child = ChildProcess.Start("echo", "hello");
        child.WaitForExit();
        var file = _folder.Write("own.pid", $"{Environment.ProcessId}\n");
        Assert.Equal(PidFileState.Alive, new ProcessProbe().Check(file).State);
        var gone = _folder.Write("gone.pid", $"{child.Id}");
        Assert.Equal(PidFileState.Stale, new ProcessProbe().Check(gone).State);
    }

    [LinuxFact]
    public void Check_OfANumberGivenToALaterProcess_IsReused()
    {
        var file = _folder.Write("old.pid", $"{Environment.ProcessId}\n");
        File.SetLastWriteTimeUtc(file, Process.GetCurrentProcess().StartTime.ToUniversalTime() - TimeSpan.FromMinutes(5));
        var found = new ProcessProbe().Check(file);
        Assert.Equal(PidFileState.Reused, found.State);
        Assert.Equal(Environment.ProcessId, found.Process!.Pid);
    }

    [Theory]
    [InlineData("")]
    [InlineData("worker-7\n")]
    [InlineData("-1")]
    [InlineData("0")]
    [InlineData("99999999999999999999")]
    [InlineData("12 13")]
    public void Check_OfAFileWithoutANumber_IsUnreadable(string text)
        => Assert.Equal(PidFileState.Unreadable, new ProcessProbe().Check(_folder.Write("a.pid", text)).State);

    [Fact]
    public void Check_OfAMissingFileOrAFolder_NeverThrows()
    {
        Assert.Equal(PidFileState.NoFile, new ProcessProbe().Check(_folder["missing.pid"]).State);
        Assert.Equal(PidFileState.Unreadable, new ProcessProbe().Check(_folder.Path).State);
    }
}
