namespace CommitRelay.Performance.Events;

/// <summary>What a writer's file has done since it was opened in this process. All numbers only grow, except those that wait.</summary>
/// <param name="Accepted">Events taken from callers.</param>
/// <param name="Written">Events given to the operating system, those recovered from dead processes included.</param>
/// <param name="Dropped">Events refused for want of room (<see cref="WhenFull.DropNewest"/>).</param>
/// <param name="Recovered">Events of dead processes that this process wrote.</param>
/// <param name="Batches">Write calls that gave whole lines to the operating system.</param>
/// <param name="WrittenBytes">Bytes given to the operating system.</param>
/// <param name="Syncs">Calls of fsync that succeeded.</param>
/// <param name="Rolls">Times this process rolled the file.</param>
/// <param name="Faults">Writes, opens and fsyncs that failed; each is tried again.</param>
/// <param name="WaitingBytes">Bytes in memory, not yet given to the operating system.</param>
/// <param name="BufferBytes">The memory there is for them.</param>
public readonly record struct EventWriterStatistics(long Accepted, long Written, long Dropped, long Recovered, long Batches, long WrittenBytes, long Syncs, long Rolls, long Faults, long WaitingBytes, long BufferBytes)
{
    /// <summary>Accepted events not yet given to the operating system.</summary>
    public long Waiting => Accepted - (Written - Recovered);
}
