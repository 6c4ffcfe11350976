namespace CommitRelay.Performance.Queues;

/// <summary>The times between two instants of each task, in whole seconds. Negative ones stay in.</summary>
/// <param name="Count">Tasks that have both instants.</param>
/// <param name="Unreadable">Tasks that have both members, neither null, and one of them is no instant; they are left out of all else.</param>
/// <param name="Negative">Times below zero.</param>
/// <param name="Min">The shortest; null when there is none.</param>
/// <param name="Max">The longest; null when there is none.</param>
/// <param name="Sum">All together.</param>
/// <param name="Longest">The longest first; of equal ones the one later in the file first.</param>
public sealed record QueueWaits(long Count, long Unreadable, long Negative, long? Min, long? Max, long Sum, IReadOnlyList<QueueWait> Longest)
{
    /// <summary>The mean; null when there is none.</summary>
    public double? Mean => Count == 0 ? null : (double)Sum / Count;
}
