namespace CommitRelay.Performance.Queues;

/// <summary>One line of the ledger. Which members a line has depends on its operation.</summary>
internal readonly record struct LedgerLine
{
    internal required LedgerOperation Operation { get; init; }

    internal required TaskIdentity Identity { get; init; }

    internal long Fence { get; init; }

    internal int Attempt { get; init; }

    internal TaskState State { get; init; }

    /// <summary>The lease's end, or the instant before which the task is not handed out.</summary>
    internal DateTimeOffset Until { get; init; }

    internal DateTimeOffset At { get; init; }

    /// <summary>When the last claim was made; in lines of a compaction only.</summary>
    internal DateTimeOffset ClaimedAt { get; init; }

    internal string? Worker { get; init; }

    internal string? Reason { get; init; }

    /// <summary>The status that the file showed when the task was first claimed: what it shows again when the task is given back.</summary>
    internal string? Status { get; init; }

    internal string? TraceId { get; init; }

    /// <summary>Of an added task: it has stood in the file.</summary>
    internal bool IsShown { get; init; }

    /// <summary>The text of an added task.</summary>
    internal ReadOnlyMemory<byte> Text { get; init; }
}
