using System.Collections;

namespace CommitRelay.Performance.Queues;

/// <summary>The records of a ledger by id. Nearly every id has one; repeated ids are chained.</summary>
internal sealed class LedgerRecords : IEnumerable<LedgerRecord>
{
    private readonly Dictionary<string, LedgerRecord> _byId = new(StringComparer.Ordinal);

    internal int Count { get; private set; }

    /// <summary>The first record of an id; the others hang on <see cref="LedgerRecord.Next"/>.</summary>
    internal LedgerRecord? First(string id) => _byId.GetValueOrDefault(id);

    internal LedgerRecord? Find(TaskIdentity identity)
    {
        var record = First(identity.Id);
        while (record is not null && record.Identity.Occurrence != identity.Occurrence)
            record = record.Next;
        return record;
    }

    internal void Add(LedgerRecord record)
    {
        record.Next = First(record.Identity.Id);
        _byId[record.Identity.Id] = record;
        Count++;
    }

    internal LedgerRecord GetOrAdd(TaskIdentity identity)
    {
        if (Find(identity) is { } known)
            return known;
        var record = new LedgerRecord(identity);
        Add(record);
        return record;
    }

    internal void Clear()
    {
        _byId.Clear();
        Count = 0;
    }

    public IEnumerator<LedgerRecord> GetEnumerator()
    {
        foreach (var first in _byId.Values)
        {
            for (var record = first; record is not null; record = record.Next)
                yield return record;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
