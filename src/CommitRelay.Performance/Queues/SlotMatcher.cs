using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Queues;

/// <summary>
/// Finds out which task of the file each record of the ledger means. A single id is identity enough, whatever else a foreign writer changed.
/// Where ids repeat, the hash of the element decides, then the occurrence.
/// </summary>
internal sealed class SlotMatcher(QueueFileReader reader, LedgerRecords records)
{
    /// <summary>Gives every slot its record and every record its slot.</summary>
    /// <param name="byId">The slots by id; null for ids that repeat.</param>
    /// <param name="slots">All slots of the file.</param>
    /// <param name="file">The file, to read repeated ones from.</param>
    internal void Match(Dictionary<string, FileSlot?> byId, List<FileSlot> slots, FileSnapshot? file)
    {
        foreach (var record in records)
            record.Slot = null;
        var repeated = new Dictionary<string, List<FileSlot>>(StringComparer.Ordinal);
        foreach (var slot in slots)
        {
            var id = slot.Record.Identity.Id;
            var record = records.First(id);
            if (byId[id] is null || record?.Next is not null)
                (System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(repeated, id, out _) ??= []).Add(slot);
            else if (record is not null)
                Join(slot, record);
            else
                slot.Record = new LedgerRecord(new TaskIdentity(id));
        }

        foreach (var (id, group) in repeated)
            MatchGroup(id, group, file!);
    }

    private void MatchGroup(string id, List<FileSlot> slots, FileSnapshot file)
    {
        var free = new List<LedgerRecord>();
        for (var record = records.First(id); record is not null; record = record.Next)
            free.Add(record);
        var next = free.Count == 0 ? 0 : free.Max(record => record.Identity.Occurrence) + 1;
        var hashes = slots.ConvertAll(slot => HashOf(slot, file));
        var open = Enumerable.Range(0, slots.Count).ToList();
        JoinWhere(slots, open, free, (record, i) => record.Identity.ElementHash == hashes[i]);
        JoinWhere(slots, open, free, (record, i) => record.Identity.Occurrence == slots[i].Occurrence);
        foreach (var i in open)
        {
            // A task the ledger does not know, under an id it knows: it must not take the number of another one's record.
            next = Math.Max(next, slots[i].Occurrence);
            slots[i].Record = new LedgerRecord(new TaskIdentity(id, next++, hashes[i]));
        }
    }

    private static void JoinWhere(List<FileSlot> slots, List<int> open, List<LedgerRecord> free, Func<LedgerRecord, int, bool> fits)
    {
        foreach (var record in free.ToArray())
        {
            var index = open.FindIndex(i => fits(record, i));
            if (index < 0)
                continue;
            Join(slots[open[index]], record);
            open.RemoveAt(index);
            free.Remove(record);
        }
    }

    private static void Join(FileSlot slot, LedgerRecord record)
    {
        slot.Record = record;
        record.Slot = slot;
    }

    private ulong HashOf(FileSlot slot, FileSnapshot file)
    {
        var bytes = new byte[slot.Length];
        return RandomAccess.Read(file.Handle, bytes, slot.Offset) == bytes.Length ? reader.HashOf(bytes) : 0;
    }
}
