using System.Buffers;
using System.Globalization;
using System.Text;
using CommitRelay.Performance.Files;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>
/// Decides what the queue file is told. The ledger's states are laid over what the file says where the file is behind;
/// what a foreign writer has decided alone (cancelled, done by hand, any status of his own) stays.
/// </summary>
internal sealed class MirrorPlanner(QueueClaimsOptions options, ClaimTable table)
{
    private readonly JsonPath _status = options.Queue.Members.Status;
    private readonly JsonPath? _startedAt = PathOf(options.StartedAtMember);
    private readonly JsonPath? _completedAt = PathOf(options.CompletedAtMember);
    private readonly JsonPath? _error = PathOf(options.ErrorMember);

    internal MirrorPlan Plan()
    {
        var patches = new List<MirrorPatch>();

        // A file that ends too early is left alone: somebody may still be writing it.
        if (table.Content.ArrayEnd < 0)
            return new MirrorPlan(table.Generation, patches, [], default);
        foreach (var slot in table.Content.Slots)
        {
            if (StatusFor(slot) is { } status && table.ReadElement(slot) is { } element)
                patches.Add(new MirrorPatch(slot, status, new FilePatch(slot.Offset, slot.Length, Write(element, slot.Record, status))));
        }

        var additions = table.Additions().ToList();
        return new MirrorPlan(table.Generation, patches, additions, additions.Count == 0 ? default : Add(additions));
    }

    /// <summary>The status that the file should show; null when it is right as it is.</summary>
    private string? StatusFor(FileSlot slot)
    {
        var record = slot.Record;
        var (wanted, overwritesClaimed) = record.State switch
        {
            TaskState.Leased => (options.ClaimedStatus, false),
            TaskState.Completed => (options.CompletedStatus, true),
            TaskState.Dead => (options.FailedStatus, true),
            TaskState.Reopened => (OpenStatus(record), true),
            _ => (OpenStatus(record), true),
        };
        if (record.Fence == 0 && record.State == TaskState.Open || slot.Status == wanted)
            return null;
        if (record.State is TaskState.Open)
            return slot.Status == options.ClaimedStatus ? wanted : null;
        var isBehind = IsOpen(slot.Status)
            || (overwritesClaimed && slot.Status == options.ClaimedStatus)
            || (record.IsReopened && (slot.Status == options.CompletedStatus || slot.Status == options.FailedStatus));
        return isBehind ? wanted : null;
    }

    private string OpenStatus(LedgerRecord record) => record.OriginalStatus is { } status && IsOpen(status) ? status : options.OpenStatuses[0];

    private bool IsOpen(string? status) => status is not null && options.OpenStatuses.Contains(status);

    private byte[] Write(byte[] element, LedgerRecord record, string status)
    {
        element = Set(element, _status, JsonMemberPatch.Text(status));
        if (record.State is not (TaskState.Open or TaskState.Reopened) && record.ClaimedAt != default)
            element = Set(element, _startedAt, Instant(record.ClaimedAt));
        return record.State switch
        {
            TaskState.Completed => Set(element, _completedAt, Instant(record.At)),
            TaskState.Dead when record.Reason is not null => Set(element, _error, JsonMemberPatch.Text(record.Reason)),
            _ => element,
        };
    }

    private static byte[] Set(byte[] element, JsonPath? path, byte[] value)
    {
        if (path is null)
            return element;
        var output = new ArrayBufferWriter<byte>(element.Length + value.Length + 64);
        return JsonMemberPatch.TrySet(element, path.Segments, value, create: true, output) ? output.WrittenSpan.ToArray() : element;
    }

    private static JsonPath? PathOf(string? member)
        => member is null ? null : JsonPath.Parse($"['{member.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}']");

    /// <summary>Whole seconds and <c>Z</c>: what jq's fromdate and the shell's date read.</summary>
    private static byte[] Instant(DateTimeOffset at)
        => Encoding.ASCII.GetBytes(at.UtcDateTime.ToString("'\"'yyyy-MM-dd'T'HH:mm:ss'Z\"'", CultureInfo.InvariantCulture));

    private FilePatch Add(List<LedgerRecord> additions)
    {
        var style = ArrayStyle.Of(table.File!, table.Content.ArrayStart, table.Content.ArrayEnd);
        var output = new ArrayBufferWriter<byte>();
        var isFirst = style.IsEmpty;
        foreach (var record in additions)
        {
            var status = record.State switch
            {
                TaskState.Leased => options.ClaimedStatus,
                TaskState.Completed => options.CompletedStatus,
                TaskState.Dead => options.FailedStatus,
                _ => null,
            };
            var element = status is null ? record.Text.ToArray() : Write(record.Text.ToArray(), record, status);
            style.WriteElement(element, isFirst, output);
            isFirst = false;
        }

        output.Write(style.BeforeClosing.Span);
        return new FilePatch(style.InsertAt, style.Replaced, output.WrittenMemory);
    }
}
