using CommitRelay.Performance.Probes;

namespace CommitRelay.Performance.Relay;

/// <summary>A worker of <c>worker-specs/active</c>, and how it really is.</summary>
/// <param name="Spec">Its spec.</param>
/// <param name="Process">The process that runs it; null when none was found.</param>
/// <param name="Age">Since it started, else since it was made; null when the spec tells neither.</param>
/// <param name="Silence">Since its last heartbeat, else its age; null when the spec tells nothing.</param>
/// <param name="IsStale">No process runs it, and it has been silent for too long. Never true where processes cannot be listed.</param>
/// <param name="IsOverrunning">It runs longer than its time limit.</param>
public sealed record ActiveWorker(WorkerSpec Spec, ProcessSample? Process, TimeSpan? Age, TimeSpan? Silence, bool IsStale, bool IsOverrunning)
{
    /// <summary>How long a worker without a process may be silent: 5 minutes, the real system's own threshold.</summary>
    public static readonly TimeSpan DefaultSilence = TimeSpan.FromMinutes(5);

    /// <summary>Looks at workers.</summary>
    /// <remarks>
    /// A worker's process is the one its spec names (<c>pid</c>), else the one that <c>pids/WORKER.pid</c> names,
    /// else one whose command line holds the worker's id as a word.
    /// </remarks>
    /// <param name="home">The home.</param>
    /// <param name="specs">The specs, such as those of the folder "active".</param>
    /// <param name="processes">Where processes are looked up.</param>
    /// <param name="now">The present time.</param>
    /// <param name="silentFor">How long a worker without a process may be silent; null for <see cref="DefaultSilence"/>.</param>
    /// <returns>One entry a spec, in their order.</returns>
    public static IReadOnlyList<ActiveWorker> Look(RelayHome home, IEnumerable<WorkerSpec> specs, ProcessProbe processes, DateTimeOffset now, TimeSpan? silentFor = null)
    {
        ArgumentNullException.ThrowIfNull(home);
        ArgumentNullException.ThrowIfNull(specs);
        ArgumentNullException.ThrowIfNull(processes);
        var finder = new WorkerProcesses(home, processes);
        return [.. specs.Select(spec => Look(spec, finder, now, silentFor ?? DefaultSilence))];
    }

    internal static ActiveWorker Look(WorkerSpec spec, WorkerProcesses processes, DateTimeOffset now, TimeSpan silentFor)
    {
        var process = processes.Of(spec);
        var age = now - (spec.StartedAt ?? spec.CreatedAt);
        var silence = spec.LastHeartbeat is { } heartbeat ? now - heartbeat : age;
        return new ActiveWorker(
            spec,
            process,
            age,
            silence,
            processes.AreKnown && process is null && silence > silentFor,
            spec.TimeLimit is { } limit && age > limit);
    }
}
