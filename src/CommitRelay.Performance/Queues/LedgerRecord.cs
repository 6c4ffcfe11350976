namespace CommitRelay.Performance.Queues;

/// <summary>What the ledger knows of one task of the file.</summary>
internal sealed class LedgerRecord(TaskIdentity identity) : TaskRecord(identity)
{
    /// <summary>The task in the file as last read; null when it is not there.</summary>
    internal FileSlot? Slot { get; set; }

    /// <summary>The next record of the same id, of another occurrence.</summary>
    internal LedgerRecord? Next { get; set; }

    /// <summary>The status the file showed when the task was first claimed.</summary>
    internal string? OriginalStatus { get; private set; }

    /// <summary>It was finished once and is to be done again, so the file's finished status is out of date.</summary>
    internal bool IsReopened { get; private set; }

    /// <summary>When the last claim was made.</summary>
    internal DateTimeOffset ClaimedAt { get; private set; }

    internal string? TraceId { get; private set; }

    /// <summary>The text of a task that came in through the queue; empty for tasks that came in through the file.</summary>
    internal ReadOnlyMemory<byte> Text { get; private set; }

    /// <summary>An added task has stood in the file.</summary>
    internal bool IsShown { get; private set; }

    /// <summary>
    /// Whether the task belongs into the file though it is not there: it was added through the queue, and either has never been shown or still wants work.
    /// Once finished and shown, whoever removes it from the file may.
    /// </summary>
    internal bool IsMissingFromFile => Slot is not { IsInFile: true } && !Text.IsEmpty && !(IsShown && IsFinished);

    internal void Apply(in LedgerLine line)
    {
        switch (line.Operation)
        {
            case LedgerOperation.Add:
                (Text, OriginalStatus) = (line.Text, line.Status);
                break;
            case LedgerOperation.Claim:
                Claim(line.Fence, line.Attempt, line.Until, line.Worker, line.At);
                (OriginalStatus, TraceId, ClaimedAt) = (OriginalStatus ?? line.Status, line.TraceId, line.At);
                if (line.Identity.ElementHash != 0)
                    Identity = Identity with { ElementHash = line.Identity.ElementHash };
                break;
            case LedgerOperation.Renew:
                Renew(line.Until);
                break;
            case LedgerOperation.Complete:
                Complete(line.At);
                break;
            case LedgerOperation.Fail:
                Fail(line.Reason, line.Until, line.At);
                break;
            case LedgerOperation.Bury:
                Bury(line.Reason, line.At);
                break;
            case LedgerOperation.Abandon:
                Abandon(line.Until, line.At);
                break;
            case LedgerOperation.Reopen:
                Reopen(line.At);
                IsReopened = true;
                break;
            case LedgerOperation.Show:
                IsShown = true;
                break;
            default:
                Restore(line.State, line.Fence, line.Attempt, line.Until, line.Worker, line.Reason, line.At);
                (OriginalStatus, TraceId, ClaimedAt, Text, IsShown) = (line.Status, line.TraceId, line.ClaimedAt, line.Text, line.IsShown);
                break;
        }
    }

    /// <summary>All of it in one line, for a compaction.</summary>
    internal LedgerLine ToLine() => new()
    {
        Operation = LedgerOperation.State,
        Identity = Identity,
        State = State,
        Fence = Fence,
        Attempt = Attempt,
        Until = Until,
        At = At,
        Worker = Worker,
        Reason = Reason,
        Status = OriginalStatus,
        TraceId = TraceId,
        ClaimedAt = ClaimedAt,
        IsShown = IsShown,
        Text = IsShown && IsFinished ? default : Text,
    };
}
