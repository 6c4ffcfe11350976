using System.Diagnostics;
using System.Globalization;

namespace CommitRelay.Performance.Benchmarks.Scenarios;

/// <summary>A control group below this process's own, of version 1 or 2, with a limit of memory and no swap.</summary>
internal sealed class MemoryGroup : IDisposable
{
    private readonly string _folder;

    private MemoryGroup(string folder) => _folder = folder;

    public static MemoryGroup? TryCreate(long bytes, out string why)
    {
        var groups = File.Exists("/proc/self/cgroup") ? File.ReadAllLines("/proc/self/cgroup").Select(static line => line.Split(':', 3)).ToArray() : [];
        var first = Array.Find(groups, static group => group[1].Split(',').Contains("memory"));
        var own = first is not null ? "/sys/fs/cgroup/memory" + first[2] : groups.Length > 0 ? "/sys/fs/cgroup" + groups[^1][2] : "";
        var group = new MemoryGroup(Path.Combine(own, $"commitrelay-{Environment.ProcessId}"));
        try
        {
            why = "";
            Directory.CreateDirectory(group._folder);
            File.WriteAllText(Path.Combine(group._folder, first is not null ? "memory.limit_in_bytes" : "memory.max"), bytes.ToString(CultureInfo.InvariantCulture));
            return group;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            group.Dispose();
            why = $"no control group with a limit of memory can be made: {e.Message}";
            return null;
        }
    }

    /// <summary>Starts a program that is in the group from its beginning.</summary>
    public Process Start(string[] command)
        => Process.Start(new ProcessStartInfo("sh", ["-c", "echo $$ > \"$0/cgroup.procs\" && exec \"$@\"", _folder, .. command]) { RedirectStandardOutput = true })!;

    public void Dispose()
    {
        // rmdir(2) removes a group, whose files are not real; Directory.Delete would not look for entries either.
        if (Directory.Exists(_folder))
            Directory.Delete(_folder);
    }
}
