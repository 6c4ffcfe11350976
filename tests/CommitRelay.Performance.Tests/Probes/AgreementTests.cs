using System.Diagnostics;
using System.Globalization;
using CommitRelay.Performance.Probes;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Probes;

/// <summary>Our figures against those of the programs people know. What moves is taken before and after: ours must lie between, or within 1 %.</summary>
public sealed class AgreementTests
{
    [LinuxFact]
    public void Disk_AgreesWithDf()
    {
        using var probe = new DiskProbe("/");
        var before = Df("-B1", "--output=size,used,avail");
        var inodesBefore = Df("-i", "--output=itotal,iused");
        var disk = probe.Sample();
        var after = Df("-B1", "--output=size,used,avail");
        var inodesAfter = Df("-i", "--output=itotal,iused");
        if (before is null || after is null || inodesBefore is null || inodesAfter is null)
            return;
        Assert.Equal(before[0], disk.Total.Value);
        AssertBetween(before[1], disk.Used.Value, after[1]);
        AssertBetween(before[2], disk.Available.Value, after[2]);
        if (inodesBefore[0] == 0)
        {
            Assert.False(disk.Inodes.IsKnown);
            return;
        }

        Assert.Equal(inodesBefore[0], disk.Inodes.Value);
        AssertBetween(inodesBefore[1], disk.InodesUsed.Value, inodesAfter[1]);
    }

    [LinuxFact]
    public void Memory_AgreesWithFree()
    {
        using var probe = new HostProbe();
        var before = Free();
        var memory = probe.Sample().Memory;
        var after = Free();
        if (before is null || after is null)
            return;
        Assert.Equal(before[0], memory.Total.Value);
        AssertBetween(before[5], memory.Available.Value, after[5], memory.Total.Value);
    }

    [LinuxFact]
    public void AProcess_AgreesWithPs()
    {
        using var child = Process.Start("sleep", "60");
        try
        {
            var text = Output("ps", "-o", "ppid=,vsz=,rss=,nlwp=,comm=", "-p", child.Id.ToString(CultureInfo.InvariantCulture));
            var process = new ProcessProbe().Find(child.Id);
            if (text is null || process is null)
                return;
            var fields = text.Split((char[]?)null, 5, StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(Environment.ProcessId, process.ParentPid);
            var (parent, kibibytes, resident, threads) = (Number(fields[0]), Number(fields[1]), Number(fields[2]), Number(fields[3]));
            Assert.Equal((parent, kibibytes * 1024, threads), (process.ParentPid, process.Virtual.Value, process.Threads.Value));

            // The kernel keeps part of the count per processor; /proc/PID/stat leaves up to 32 pages of each out, ps adds them.
            var unsummed = 32L * Environment.ProcessorCount * Environment.SystemPageSize;
            Assert.InRange(process.Resident.Value, (resident * 1024) - unsummed, (resident * 1024) + unsummed);
            Assert.Equal(fields[4].Trim(), process.Name);
        }
        finally
        {
            child.Kill();
            child.WaitForExit();
        }
    }

    [LinuxFact]
    public void AllProcesses_AgreeWithPs()
    {
        var probe = new ProcessProbe();
        var text = Output("ps", "-e", "-o", "pid=");
        var table = probe.Sample();
        if (text is null)
            return;
        var listed = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).ToHashSet();
        var ours = table.Select(static process => process.Pid).ToHashSet();

        // Processes come and go between the two looks; most stay.
        Assert.True(listed.Intersect(ours).Count() >= 0.9 * listed.Count, $"ps lists {listed.Count}, we {ours.Count}");
        Assert.Contains(Environment.ProcessId, ours);
    }

    [LinuxFact]
    public void Descriptors_AgreeWithTheFolder()
    {
        using var child = Process.Start("sleep", "60");
        try
        {
            // A program that has just started still opens and closes its libraries.
            var (ours, listed) = (-1L, 0L);
            for (var look = 0; look < 1000 && ours != listed; look++)
                (ours, listed) = (new ProcessProbe().Descriptors(child.Id).Value, Directory.GetFileSystemEntries($"/proc/{child.Id}/fd").Length);
            Assert.Equal(listed, ours);
        }
        finally
        {
            child.Kill();
            child.WaitForExit();
        }
    }

    /// <summary>Whether a value lies between two others, or within 1 % of one of them (or of the whole it is a part of).</summary>
    private static void AssertBetween(long before, long value, long after, long? whole = null)
    {
        var tolerance = (whole ?? Math.Max(before, after)) / 100;
        Assert.InRange(value, Math.Min(before, after) - tolerance, Math.Max(before, after) + tolerance);
    }

    private static long[]? Df(params string[] arguments)
        => Output("df", [.. arguments, "/"]) is { } text ? Numbers(text.Split('\n')[1]) : null;

    private static long[]? Free()
        => Output("free", "-b") is { } text ? Numbers(text.Split('\n').First(static line => line.StartsWith("Mem:", StringComparison.Ordinal))["Mem:".Length..]) : null;

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static long[] Numbers(string line)
        => [.. line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(static field => long.TryParse(field, out var number) ? number : 0)];

    /// <summary>What a program prints; null where the machine does not have it.</summary>
    private static string? Output(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true });
            var text = process!.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? text : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
