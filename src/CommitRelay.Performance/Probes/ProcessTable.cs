using System.Collections;

namespace CommitRelay.Performance.Probes;

/// <summary>All processes that could be seen at one moment, by number.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class ProcessTable : IReadOnlyList<ProcessSample>
{
    private readonly List<ProcessSample> _processes;

    internal ProcessTable(DateTimeOffset at, List<ProcessSample> processes, string? incompleteBecause)
    {
        At = at;
        _processes = processes;
        IncompleteBecause = incompleteBecause;
    }

    /// <summary>When it was taken.</summary>
    public DateTimeOffset At { get; }

    /// <summary>Why processes are missing from the table; null when none is.</summary>
    public string? IncompleteBecause { get; }

    /// <inheritdoc/>
    public int Count => _processes.Count;

    /// <inheritdoc/>
    public ProcessSample this[int index] => _processes[index];

    /// <summary>Processes that ended and whose parent has not asked how.</summary>
    public IEnumerable<ProcessSample> Zombies => _processes.Where(static p => p.State == ProcessState.Zombie);

    /// <summary>The process of a number.</summary>
    /// <param name="pid">The number.</param>
    /// <returns>The process, or null when there is none.</returns>
    public ProcessSample? Find(int pid) => _processes.Find(p => p.Pid == pid);

    /// <summary>The processes of a short name.</summary>
    /// <param name="name">The name, compared ordinally.</param>
    /// <returns>The processes, by number.</returns>
    public IEnumerable<ProcessSample> Named(string name) => _processes.Where(p => string.Equals(p.Name, name, StringComparison.Ordinal));

    /// <summary>The first n by processor or memory use, greatest first; equals by number.</summary>
    /// <param name="count">How many at most.</param>
    /// <param name="by">What counts.</param>
    /// <returns>The processes.</returns>
    public IReadOnlyList<ProcessSample> Top(int count, ProcessOrder by)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return [.. _processes.OrderByDescending(p => Weight(p, by)).ThenBy(static p => p.Pid).Take(count)];
    }

    /// <inheritdoc/>
    public IEnumerator<ProcessSample> GetEnumerator() => _processes.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static double Weight(ProcessSample process, ProcessOrder by) => by == ProcessOrder.Memory
        ? process.Resident.ValueOrNull ?? -1
        : process.CpuNow.ValueOrNull ?? process.CpuLifetime.ValueOrNull ?? -1;
}
