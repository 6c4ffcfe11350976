using System.Text;
using CommitRelay.Performance.Files;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>Reads a queue file into slots: each task's place, id, status and rank. Tasks that cannot be claimed are listed, each reported once.</summary>
internal sealed class QueueFileReader
{
    private readonly QueueReaderOptions _options;
    private readonly QueueRanking _ranking;
    private readonly byte[][] _open;
    private readonly IReadOnlyCollection<byte[]> _changing;
    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);

    internal QueueFileReader(QueueClaimsOptions options)
    {
        _options = options.Queue;
        _ranking = new QueueRanking(options.Queue with { PriorityOrder = [.. options.PriorityOrder] });
        _open = [.. options.OpenStatuses.Select(Encoding.UTF8.GetBytes)];
        _changing = options.ChangingMembers();
    }

    internal QueueFileContent Read(FileSnapshot file)
    {
        var faults = new List<QueueFormatException>();
        var content = new QueueFileContent([], [], -1, -1, faults);
        var occurrences = new Dictionary<string, int>(StringComparer.Ordinal);
        using var scan = new ElementScan(file, _options with { OnMalformed = faults.Add }, null, _options.Members.Id, _options.Members.Status);
        while (scan.MoveNext())
            Read(scan, content, occurrences);
        return content with { ArrayStart = scan.ArrayStart, ArrayEnd = scan.ArrayEnd };
    }

    internal ulong HashOf(ReadOnlySpan<byte> element) => ElementHash.Of(element, _changing);

    internal string? IdOf(ReadOnlySpan<byte> element) => TextOf(Find(element, _options.Members.Id)) is { Length: > 0 } id ? id : null;

    /// <summary>The slot of an added task that is not in the file yet.</summary>
    internal FileSlot SlotOf(LedgerRecord record, int order)
    {
        var rank = RankOf(record.Text.Span, long.MaxValue - int.MaxValue + order);
        return new FileSlot(record) { Rank = rank.Priority, Age = rank.CreatedTicks, Order = rank.Index };
    }

    /// <summary>Tells of what this reading found and no earlier one has told.</summary>
    internal void ReportNew(string path, QueueFileContent read)
    {
        foreach (var fault in read.Faults)
        {
            if (_reported.Add($"{fault.ByteOffset} {fault.Expected}"))
                _options.OnMalformed?.Invoke(fault);
        }

        foreach (var task in read.Unclaimable)
            Report(path, task.ByteOffset, task.Reason, null);
    }

    internal void Report(string path, long offset, string reason, Exception? cause)
    {
        if (_reported.Add($"{offset} {reason}"))
            _options.OnMalformed?.Invoke(new QueueFormatException(path, offset, 0, 0, reason, null, cause));
    }

    private void Read(ElementScan scan, QueueFileContent content, Dictionary<string, int> occurrences)
    {
        var element = scan.Element;
        var status = scan.Value(1);
        var isOpen = IsOpen(status);
        if (TextOf(scan.Value(0)) is not { Length: > 0 } id)
        {
            if (isOpen)
                content.Unclaimable.Add(new UnclaimableTask(scan.Offset, $"a task with a text at {_options.Members.Id}; without an id it cannot be claimed"));
            return;
        }

        ref var count = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(occurrences, id, out _);
        var occurrence = count++;
        if (isOpen && JsonValidator.FirstError(element) is >= 0 and var error)
        {
            content.Unclaimable.Add(new UnclaimableTask(scan.Offset, $"valid JSON; task '{id}' is broken at byte {scan.Offset + error} and is not claimed"));
            return;
        }

        var rank = RankOf(element, scan.Slice.Index);
        content.Slots.Add(new FileSlot(new LedgerRecord(new TaskIdentity(id)))
        {
            Occurrence = occurrence,
            Offset = scan.Offset,
            Length = element.Length,
            Status = TextOf(status),
            Rank = rank.Priority,
            Age = rank.CreatedTicks,
            Order = rank.Index,
        });
    }

    private QueueRank RankOf(ReadOnlySpan<byte> element, long index)
        => _ranking.Of(Find(element, _options.Members.Priority), Find(element, _options.Members.CreatedAt), index);

    private bool IsOpen(ReadOnlySpan<byte> status)
    {
        if (!JsonText.TryRawText(status, out var raw))
            return false;
        foreach (var open in _open)
        {
            if (JsonText.RawEquals(raw, open))
                return true;
        }

        return false;
    }

    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> element, JsonPath path)
        => JsonPath.TryFind(element, path.Segments, out var start) ? element[start..] : default;

    private static string? TextOf(ReadOnlySpan<byte> value) => JsonText.TryRawText(value, out var raw) ? JsonText.ToText(raw) : null;
}
