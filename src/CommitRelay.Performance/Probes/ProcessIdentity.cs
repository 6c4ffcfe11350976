namespace CommitRelay.Performance.Probes;

/// <summary>A process, told apart from a later one of the same number.</summary>
/// <param name="Pid">The process number.</param>
/// <param name="StartTicks">When it started, in clock ticks since the system did; 0 when unknown.</param>
public readonly record struct ProcessIdentity(int Pid, long StartTicks);
