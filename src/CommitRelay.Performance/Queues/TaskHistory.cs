using System.Text.Json;
using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Queues;

/// <summary>
/// Tells a task's history from the ledger beside its queue: claimed by whom and when, renewed, completed, failed, given back.
/// Takes no lock and disturbs no worker; memory is the longest line and the task's own events.
/// </summary>
/// <remarks>Thread-safe. A compacted ledger tells of each task the last claim and what came of it; later events are told in full.
/// Damaged lines are passed over. Nothing is told of finished tasks that are gone from the file for longer than <see cref="QueueClaimsOptions.Retention"/>.</remarks>
public static class TaskHistory
{
    /// <summary>Reads the events of the tasks with an id, in the order in which they happened.</summary>
    /// <param name="queuePath">The queue file; a symbolic link is followed.</param>
    /// <param name="id">The id.</param>
    /// <param name="ledgerPath">The ledger; null for the queue's path with <c>.claims</c> behind it.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Empty when there is no ledger, or the task was never claimed.</returns>
    /// <exception cref="IOException">The ledger cannot be read.</exception>
    public static Task<IReadOnlyList<TaskEvent>> ReadAsync(string queuePath, string id, string? ledgerPath = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(queuePath);
        ArgumentException.ThrowIfNullOrEmpty(id);
        var path = ClaimLedger.PathFor(AtomicFile.ResolveLink(Path.GetFullPath(queuePath)), ledgerPath);
        return Task.Run<IReadOnlyList<TaskEvent>>(() => Read(path, id, cancellationToken), cancellationToken);
    }

    private static List<TaskEvent> Read(string path, string id, CancellationToken cancellationToken)
    {
        var events = new List<TaskEvent>();
        if (!File.Exists(path))
            return events;
        using var file = FileSnapshot.Open(path);

        // As the ledger spells it: a search of bytes that spares reading nearly every line of others.
        var spelled = JsonEncodedText.Encode(id).EncodedUtf8Bytes.ToArray();
        var claims = new Dictionary<long, LedgerLine>();
        LedgerLines.Read(file.Handle, 0, file.Identity.Length, (text, _) =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (text.IndexOf(spelled) >= 0 && TryRead(text, out var line) && line.Identity.Id == id)
                Tell(line, claims, events);
        }, out var _);
        return events;
    }

    private static bool TryRead(ReadOnlySpan<byte> text, out LedgerLine line)
    {
        try
        {
            return LedgerFormat.TryRead(text, out line, out _);
        }
        catch (JsonException)
        {
            line = default;
            return false;
        }
    }

    private static void Tell(in LedgerLine line, Dictionary<long, LedgerLine> claims, List<TaskEvent> events)
    {
        if (line.Operation == LedgerOperation.State)
        {
            TellSummary(line, claims, events);
            return;
        }

        if (line.Operation == LedgerOperation.Claim)
            claims[line.Fence] = line;
        var claim = claims.GetValueOrDefault(line.Fence);
        events.Add(new TaskEvent(line.Identity, KindOf(line.Operation), Instant(line.At), claim.Worker, line.Fence, claim.Attempt, Instant(line.Until), line.Reason, line.TraceId ?? claim.TraceId, IsSummary: false));
    }

    /// <summary>A compaction leaves of each task its last claim and its state.</summary>
    private static void TellSummary(in LedgerLine line, Dictionary<long, LedgerLine> claims, List<TaskEvent> events)
    {
        var isLeased = line.State == TaskState.Leased;
        var summary = new TaskEvent(line.Identity, TaskEventKind.Claimed, Instant(line.ClaimedAt), line.Worker, line.Fence, line.Attempt, isLeased ? Instant(line.Until) : null, null, line.TraceId, IsSummary: true);
        if (line.Fence == 0)
        {
            events.Add(summary with { Kind = TaskEventKind.Added, At = null, Until = null });
            return;
        }

        claims[line.Fence] = line;
        events.Add(summary);
        if (!isLeased)
            events.Add(summary with { Kind = KindOf(line), At = Instant(line.At), Until = Instant(line.Until), Reason = line.Reason });
    }

    private static TaskEventKind KindOf(in LedgerLine state) => state.State switch
    {
        TaskState.Completed => TaskEventKind.Completed,
        TaskState.Dead => TaskEventKind.DeadLettered,
        TaskState.Reopened => TaskEventKind.Reopened,
        _ => state.Reason is null ? TaskEventKind.Abandoned : TaskEventKind.Failed,
    };

    private static TaskEventKind KindOf(LedgerOperation operation) => operation switch
    {
        LedgerOperation.Add => TaskEventKind.Added,
        LedgerOperation.Claim => TaskEventKind.Claimed,
        LedgerOperation.Renew => TaskEventKind.Renewed,
        LedgerOperation.Complete => TaskEventKind.Completed,
        LedgerOperation.Fail => TaskEventKind.Failed,
        LedgerOperation.Bury => TaskEventKind.DeadLettered,
        LedgerOperation.Abandon => TaskEventKind.Abandoned,
        LedgerOperation.Reopen => TaskEventKind.Reopened,
        _ => TaskEventKind.Shown,
    };

    private static DateTimeOffset? Instant(DateTimeOffset value) => value == default ? null : value;
}
