using System.Globalization;
using System.IO.Enumeration;
using System.Text;
using CommitRelay.Performance.Files.Unix;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Probes.Linux;

/// <summary>Processes by /proc/PID/stat: one short-lived open and read a process. Names are kept between tables.</summary>
internal sealed class LinuxProcesses(ProbeOptions options)
{
    private const int UsualTicksPerSecond = 100;
    private const string Damaged = "the stat file of the process holds a number that cannot be";
    private const string NoUptime = "/proc/uptime is not readable";
    private static readonly long TicksPerSecond = LinuxCalls.SysConf(LinuxCalls.ClockTicksName) is > 0 and var ticks ? ticks : UsualTicksPerSecond;
    private readonly byte[] _text = new byte[4096];
    private Dictionary<int, Known> _before = [];

    internal ProcessTable Sample(Look look)
    {
        var processes = new List<ProcessSample>(_before.Count + 16);
        var seen = new Dictionary<int, Known>(_before.Count + 16);
        string? incomplete = null;
        try
        {
            var uptime = Uptime();
            foreach (var pid in Pids(options.ProcRoot))
            {
                if (Read(pid, out var name) is not { } stat)
                    continue;
                var before = _before.TryGetValue(pid, out var known) && known.StartTicks == stat.StartTicks ? known : null;
                var text = before is not null && NameEquals(before.Name, name) ? before.Name : ProcStat.Text(name);
                seen[pid] = new Known(stat.StartTicks, stat.CpuTicks, text);
                processes.Add(Describe(pid, stat, text, before?.CpuTicks, uptime, look));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            incomplete = $"{options.ProcRoot}: {e.Message}";
        }

        _before = seen;
        processes.Sort(static (a, b) => a.Pid.CompareTo(b.Pid));
        return new ProcessTable(look.At, processes, incomplete);
    }

    internal ProcessSample? Find(int pid, Look look)
        => pid > 0 && Read(pid, out var name) is { } stat ? Describe(pid, stat, ProcStat.Text(name), null, Uptime(), look) : null;

    internal Reading<long> Descriptors(int pid, Look look)
    {
        var count = new DescriptorCount(string.Create(CultureInfo.InvariantCulture, $"{options.ProcRoot}/{pid}/fd"));
        return look.Of(count.Count(), count.Trouble, Units.Descriptors);
    }

    internal string? CommandLine(int pid)
    {
        try
        {
            var arguments = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"{options.ProcRoot}/{pid}/cmdline"));
            return arguments.Length == 0 ? null : arguments.TrimEnd('\0').Replace('\0', ' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static FileSystemEnumerable<int> Pids(string root)
        => new(root, static (ref FileSystemEntry entry) => int.Parse(entry.FileName, NumberStyles.None, CultureInfo.InvariantCulture), new EnumerationOptions { AttributesToSkip = 0 })
        {
            ShouldIncludePredicate = static (ref FileSystemEntry entry) => int.TryParse(entry.FileName, NumberStyles.None, CultureInfo.InvariantCulture, out _),
        };

    private static bool NameEquals(string text, ReadOnlySpan<byte> name) => Ascii.Equals(name, text);

    private static ProcessSample Describe(int pid, ProcStat stat, string name, long? ticksBefore, double? uptime, Look look)
    {
        var age = uptime - ((double)stat.StartTicks / TicksPerSecond);
        var cpu = (double)stat.CpuTicks / TicksPerSecond;
        return new ProcessSample
        {
            Identity = new ProcessIdentity(pid, stat.StartTicks),
            ParentPid = stat.ParentPid,
            Name = name,
            State = stat.ProcessState,
            CpuNow = look.Rate(stat.CpuTicks, ticksBefore, Damaged, Units.Cores, 1.0 / TicksPerSecond),
            CpuLifetime = look.Of<double>(age > 0 ? cpu / age : null, age is null ? NoUptime : age > 0 ? Damaged : Look.TooSoon, Units.Cores),
            CpuTime = look.Of<double>(cpu, Damaged, Units.Seconds),
            Resident = look.Of<long>(stat.ResidentPages * Environment.SystemPageSize, Damaged, Units.Bytes),
            Virtual = look.Of<long>(stat.VirtualBytes, Damaged, Units.Bytes),
            Threads = look.Of<long>(stat.Threads, Damaged, Units.Threads),
            Uptime = look.Of<double>(age is { } seconds ? Math.Max(0, seconds) : null, NoUptime, Units.Seconds),
        };
    }

    private double? Uptime()
    {
        ReadOnlySpan<byte> text = _text.AsSpan(0, Math.Max(0, ReadFile($"{options.ProcRoot}/uptime")));
        return ProcText.Fraction(ref text);
    }

    /// <summary>Null when the process ended meanwhile or cannot be seen.</summary>
    private ProcStat? Read(int pid, out ReadOnlySpan<byte> name)
    {
        var length = ReadFile(string.Create(CultureInfo.InvariantCulture, $"{options.ProcRoot}/{pid}/stat"));
        name = default;
        return length > 0 ? ProcStat.Parse(_text.AsSpan(0, length), out name) : null;
    }

    private unsafe int ReadFile(string path)
    {
        var descriptor = Libc.Open(path, Libc.Flags.ReadOnly | Libc.Flags.NonBlocking | Libc.Flags.CloseOnExec, 0);
        if (descriptor < 0)
            return -1;
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        fixed (byte* bytes = _text)
            return (int)LinuxCalls.PRead(handle, bytes, _text.Length, 0);
    }

    private sealed record Known(long StartTicks, long CpuTicks, string Name);
}
