namespace CommitRelay.Performance.Probes;

/// <summary>One process at one moment.</summary>
/// <remarks>Immutable. What the system does not tell of a process is an unknown reading with the reason.</remarks>
public sealed class ProcessSample
{
    /// <summary>The process, told apart from a later one of the same number.</summary>
    public required ProcessIdentity Identity { get; init; }

    /// <summary>The process number.</summary>
    public int Pid => Identity.Pid;

    /// <summary>The parent's number; 0 for none.</summary>
    public required int ParentPid { get; init; }

    /// <summary>The program's short name, at most 15 bytes on Linux.</summary>
    public required string Name { get; init; }

    /// <summary>What it is doing.</summary>
    public required ProcessState State { get; init; }

    /// <summary>Cores it kept busy since the table before: 1 is one core all the time.</summary>
    public required Reading<double> CpuNow { get; init; }

    /// <summary>Cores it kept busy over its whole life, as ps reports it (there times 100).</summary>
    public required Reading<double> CpuLifetime { get; init; }

    /// <summary>Processor time it has used.</summary>
    public required Reading<double> CpuTime { get; init; }

    /// <summary>Physical memory in use.</summary>
    public required Reading<long> Resident { get; init; }

    /// <summary>Address space in use.</summary>
    public required Reading<long> Virtual { get; init; }

    /// <summary>Threads.</summary>
    public required Reading<long> Threads { get; init; }

    /// <summary>Time since it started.</summary>
    public required Reading<double> Uptime { get; init; }
}
