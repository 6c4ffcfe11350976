namespace CommitRelay.Performance.Queues;

/// <summary>How many tasks of a queue stand where. The numbers are of one moment and do not overlap.</summary>
/// <param name="Ready">May be claimed now.</param>
/// <param name="Delayed">Given back or failed, and not to be handed out before an instant to come.</param>
/// <param name="Leased">Claimed, the lease not over.</param>
/// <param name="Completed">Done through claims, as far back as the queue remembers.</param>
/// <param name="DeadLettered">Failed or left lying too often; handed out no more.</param>
/// <param name="Unclaimable">Listed but never handed out: without an id, or not readable as a task.</param>
public readonly record struct TaskCounts(int Ready, int Delayed, int Leased, int Completed, int DeadLettered, int Unclaimable)
{
    /// <summary>Tasks that still want work: ready, delayed or leased.</summary>
    public int Unfinished => Ready + Delayed + Leased;
}
