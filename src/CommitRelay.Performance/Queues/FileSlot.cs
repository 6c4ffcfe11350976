namespace CommitRelay.Performance.Queues;

/// <summary>A task of the queue file as it was last read, or an added one that is not in the file yet.</summary>
internal sealed class FileSlot(LedgerRecord record) : TaskSlot(record)
{
    internal new LedgerRecord Record
    {
        get => (LedgerRecord)base.Record;
        set => base.Record = value;
    }

    /// <summary>0-based place in the file, in bytes; -1 when the task is not in the file.</summary>
    internal long Offset { get; set; } = -1;

    internal int Length { get; set; }

    internal bool IsInFile => Offset >= 0;

    /// <summary>0 for the first task of its id in the file, 1 for the second.</summary>
    internal int Occurrence { get; init; }

    /// <summary>The status in the file; null when it is absent or no text.</summary>
    internal string? Status { get; set; }
}
