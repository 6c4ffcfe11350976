using CommitRelay.Performance.Probes.Linux;

namespace CommitRelay.Performance.Probes;

/// <summary>
/// Looks at processes: all of them, one, or the one a pid file names. Reads /proc; never starts a program, never sends a signal.
/// </summary>
/// <remarks>Linux in full; elsewhere tables are empty and say so, since no run has verified more. Processes that end meanwhile are left out.
/// Not thread-safe: one caller, or one probe each.</remarks>
public sealed class ProcessProbe
{
    private readonly LinuxProcesses? _linux;
    private readonly TimeProvider _time;
    private LookClock _clock;

    /// <summary>Creates a probe.</summary>
    /// <param name="options">Where to look; null for the defaults.</param>
    public ProcessProbe(ProbeOptions? options = null)
    {
        options ??= new ProbeOptions();
        _time = options.Time;
        _clock = new LookClock(options.Time);
        _linux = OperatingSystem.IsLinux() ? new LinuxProcesses(options) : null;
    }

    /// <summary>Takes a table of all processes. Their processor use now is since the table before of this probe.</summary>
    /// <returns>The table.</returns>
    public ProcessTable Sample()
    {
        var look = _clock.Next();
        return _linux?.Sample(look) ?? new ProcessTable(look.At, [], Look.NotVerified);
    }

    /// <summary>Looks at one process.</summary>
    /// <param name="pid">Its number.</param>
    /// <returns>The process, with its use over its life only; null when there is none, or it cannot be seen.</returns>
    public ProcessSample? Find(int pid) => _linux?.Find(pid, new Look(_time.GetUtcNow(), 0));

    /// <summary>Whether that very process, not a later one of its number, still runs. A zombie does not.</summary>
    /// <param name="identity">The process; with start 0 any process of the number counts.</param>
    /// <returns>True or false; null when the system does not tell.</returns>
    public bool? IsAlive(ProcessIdentity identity)
    {
        if (_linux is null)
            return null;
        var found = Find(identity.Pid);
        return found is not null && found.State is not (ProcessState.Zombie or ProcessState.Dead)
            && (identity.StartTicks == 0 || found.Identity.StartTicks == identity.StartTicks);
    }

    /// <summary>Descriptors a process has open. Other users' processes do not tell.</summary>
    /// <param name="pid">Its number.</param>
    /// <returns>The count, or why it is unknown.</returns>
    public Reading<long> Descriptors(int pid)
    {
        var look = new Look(_time.GetUtcNow(), 0);
        return _linux?.Descriptors(pid, look) ?? look.Unknown<long>(Look.NotVerified, Units.Descriptors);
    }

    /// <summary>The command line of a process, its arguments joined by blanks; null when it cannot be seen or has none (a kernel thread).</summary>
    /// <param name="pid">Its number.</param>
    /// <returns>The text, or null.</returns>
    public string? CommandLine(int pid) => _linux?.CommandLine(pid);

    /// <summary>Reads a pid file and looks at the process it names. A process that started later than the file was written, by more than
    /// two seconds (the accuracy of start times and file stamps), is another one.</summary>
    /// <param name="path">The file: a number and an optional line feed.</param>
    /// <returns>What became of the process; never throws for what lies in the file or is missing.</returns>
    public PidFile Check(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return PidFileReader.Check(path, this, _linux is not null, _time.GetUtcNow());
    }
}
