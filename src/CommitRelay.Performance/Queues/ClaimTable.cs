using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Queues;

/// <summary>
/// The tasks of the queue file as last read, each with what the ledger knows of it, in the order of handing out. About 300 bytes of memory a task.
/// </summary>
/// <remarks>Not thread-safe. The file's handle stays open, so tasks can be read from it whoever replaces the file.</remarks>
internal sealed class ClaimTable : IDisposable
{
    private readonly string _path;
    private readonly QueueClaimsOptions _options;
    private readonly ClaimLedger _ledger;
    private readonly QueueFileReader _reader;
    private readonly SlotMatcher _matcher;
    private readonly TaskSchedule<FileSlot> _schedule = new();
    private readonly List<FileSlot> _added = [];
    private readonly Dictionary<string, FileSlot?> _byId = new(StringComparer.Ordinal);
    private bool _wasSeen;
    private bool _isDoubtful;

    internal ClaimTable(string path, QueueClaimsOptions options, ClaimLedger ledger)
    {
        _path = path;
        _options = options;
        _ledger = ledger;
        _reader = new QueueFileReader(options);
        _matcher = new SlotMatcher(_reader, ledger.Records);
    }

    /// <summary>The queue file as last read; null before the first reading and while there is none.</summary>
    internal FileSnapshot? File { get; private set; }

    /// <summary>What was found in it.</summary>
    internal QueueFileContent Content { get; private set; } = QueueFileContent.Nothing;

    /// <summary>Goes up whenever the file is read again or the places of its tasks become others.</summary>
    internal int Generation { get; private set; }

    /// <summary>Goes up with every change of a record or of the file.</summary>
    internal long Version { get; private set; }

    internal DateTimeOffset? NextDue => _schedule.NextDue;

    /// <summary>Whether the file is the one that was read last.</summary>
    internal bool IsCurrent => _wasSeen && !_isDoubtful && FileIdentity.At(_path) == File?.Identity;

    private DateTimeOffset Now => _options.TimeProvider.GetUtcNow();

    /// <summary>Reads the file again if it is not what was read last. Waits a moment for one that is being written in place.</summary>
    /// <exception cref="FileNotFoundException">There is no file and never was. Once it was seen, its absence is an empty queue.</exception>
    internal async ValueTask RefreshAsync(CancellationToken cancellationToken)
    {
        while (!IsCurrent)
        {
            try
            {
                using var file = await AtomicFile.OpenSettledAsync(_path, cancellationToken).ConfigureAwait(false);
                var content = _reader.Read(file);
                var isHalf = !file.IsUnchanged || (content.Faults.Count > 0 && await AtomicFile.HasChangedAsync(_path, file.Identity, cancellationToken).ConfigureAwait(false));
                if (!isHalf)
                    Take(file, content);
            }
            catch (FileNotFoundException) when (_wasSeen)
            {
                Take(null, QueueFileContent.Nothing);
            }
        }
    }

    /// <summary>Reads an opened file, unless it is what was read last.</summary>
    internal void Refresh(FileSnapshot file)
    {
        if (_isDoubtful || file.Identity != File?.Identity)
            Take(file, _reader.Read(file));
    }

    /// <summary>The ledger's records are new objects, or the file's tasks are: finds out which belongs to which.</summary>
    internal void Match()
    {
        Version++;
        _added.Clear();
        _matcher.Match(_byId, Content.Slots, File);
        _schedule.Clear();
        foreach (var slot in Content.Slots)
            Place(slot);
        foreach (var record in _ledger.Records)
            PlaceAddition(record);
    }

    /// <summary>A record changed: it is to be handed out at another time, or not any more.</summary>
    internal void Update(LedgerRecord record)
    {
        Version++;
        if (record.Slot is null && _byId.TryGetValue(record.Identity.Id, out var slot))
        {
            if (slot is null)
            {
                Match();
                return;
            }

            slot.Record = record;
            record.Slot = slot;
        }

        if (record.Slot is { } known)
            Place(known);
        else
            PlaceAddition(record);
    }

    /// <summary>Takes out the next task to be handed out. The caller changes its record, or puts it back.</summary>
    internal FileSlot? TakeNext() => _schedule.TakeNext(Now);

    /// <summary>Gives the ledger the record of a task that it does not know yet.</summary>
    internal void Enlist(FileSlot slot)
    {
        if (_ledger.Records.Find(slot.Record.Identity) is not null)
            return;
        slot.Record.Slot = slot;
        _ledger.Records.Add(slot.Record);
    }

    /// <summary>The task's bytes; null when they are no longer what was read, because somebody wrote into the file itself.</summary>
    internal byte[]? ReadElement(FileSlot slot)
    {
        if (!slot.IsInFile)
            return slot.Record.Text.ToArray();
        var bytes = new byte[slot.Length];
        if (RandomAccess.Read(File!.Handle, bytes, slot.Offset) == bytes.Length && _reader.IdOf(bytes) == slot.Record.Identity.Id)
            return bytes;
        _isDoubtful = true;
        return null;
    }

    /// <summary>The id of a task's bytes; null when it has none.</summary>
    internal string? IdOf(ReadOnlySpan<byte> element) => _reader.IdOf(element);

    internal ulong HashOf(ReadOnlySpan<byte> element) => _reader.HashOf(element);

    /// <summary>Whether a task of this id is in the file or in the ledger.</summary>
    internal bool Knows(string id) => _ledger.Records.First(id) is not null || _byId.ContainsKey(id);

    /// <summary>The tasks of an id, in the order of the file.</summary>
    internal IEnumerable<FileSlot> SlotsOf(string id)
        => !_byId.TryGetValue(id, out var slot) ? _added.Where(added => added.Record.Identity.Id == id)
            : slot is not null ? [slot]
            : Content.Slots.Where(each => each.Record.Identity.Id == id);

    /// <summary>Tasks that want work or have had it: offered, leased, finished through claims.</summary>
    internal IEnumerable<TaskRecord> Records()
    {
        foreach (var slot in Content.Slots.Concat(_added))
        {
            if (slot.IsOffered && _ledger.Records.Find(slot.Record.Identity) != slot.Record)
                yield return slot.Record;
        }

        foreach (var record in _ledger.Records)
        {
            if (record.IsFinished || record.Slot is { IsOffered: true } || (record.State == TaskState.Leased && record.Until > Now))
                yield return record;
        }
    }

    /// <summary>Added tasks that are to be written into the file.</summary>
    internal IEnumerable<LedgerRecord> Additions() => _ledger.Records.Where(record => record.IsMissingFromFile);

    /// <summary>The file was replaced by our own copy: the tasks are the same, their places moved.</summary>
    internal void Move(FileSnapshot file, IReadOnlyList<MirrorPatch> patches)
    {
        Generation++;
        File?.Dispose();
        File = file.Share();
        var growth = 0L;
        var next = 0;
        foreach (var slot in Content.Slots)
        {
            var place = slot.Offset + growth;
            if (next < patches.Count && patches[next].Slot == slot)
            {
                var patch = patches[next++];
                slot.Length += patch.Patch.Growth;
                slot.Status = patch.Status;
                growth += patch.Patch.Growth;
            }

            slot.Offset = place;
        }

        Content = Content with { ArrayEnd = Content.ArrayEnd + growth };
    }

    /// <summary>A task that cannot be read as what it should be: listed, told of, and not handed out until the file changes.</summary>
    internal void Refuse(FileSlot slot, string reason, Exception cause)
    {
        slot.IsOffered = false;
        Content = Content with { Unclaimable = [.. Content.Unclaimable, new UnclaimableTask(slot.Offset, reason)] };
        _reader.Report(_path, slot.Offset, reason, cause);
    }

    public void Dispose() => File?.Dispose();

    private void Take(FileSnapshot? file, QueueFileContent content)
    {
        Generation++;
        File?.Dispose();
        File = file?.Share();
        _wasSeen = true;
        _isDoubtful = false;
        Content = content;
        _byId.Clear();
        foreach (var slot in content.Slots)
        {
            if (!_byId.TryAdd(slot.Record.Identity.Id, slot))
                _byId[slot.Record.Identity.Id] = null;
        }

        Match();
        _reader.ReportNew(_path, content);
    }

    private void Place(FileSlot slot)
    {
        slot.IsOffered = IsOffered(slot);
        _schedule.Place(slot, Now);
    }

    /// <summary>A task that was added through the queue can be handed out before it stands in the file.</summary>
    private void PlaceAddition(LedgerRecord record)
    {
        if (record.Slot is not null || record.Text.IsEmpty || record.IsFinished)
            return;
        var slot = _reader.SlotOf(record, _added.Count);
        record.Slot = slot;
        _added.Add(slot);
        Place(slot);
    }

    /// <summary>
    /// Tasks that the file calls open; and those that it calls claimed because we wrote so, though the claim is over.
    /// What else a foreign writer makes of a status (cancelled, done by hand) is his decision.
    /// </summary>
    private bool IsOffered(FileSlot slot)
        => !slot.IsInFile
            || slot.Record.State == TaskState.Reopened
            || (slot.Status is not null && _options.OpenStatuses.Contains(slot.Status))
            || (slot.Record.Fence > 0 && slot.Status == _options.ClaimedStatus);
}
