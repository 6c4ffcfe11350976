using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>
/// Finds texts that come more than once. Texts are only written down, in groups by their hash; which of them are equal is found out at the end, group by
/// group: one table of hundreds of thousands of texts would miss the processor's cache at each.
/// </summary>
internal sealed class RepeatedTexts
{
    private const int Groups = 64;
    private const int ChunkBytes = 1 << 16;

    /// <summary>Of each text the hash in the upper half, its place in the lower: the chunk's number, and where in the chunk.</summary>
    private readonly List<long>[] _groups = [.. Enumerable.Range(0, Groups).Select(static _ => new List<long>())];

    /// <summary>Each text behind its length.</summary>
    private readonly List<byte[]> _chunks = [];
    private int _used;

    /// <param name="raw">The text, still escaped. One without a value, such as a lone surrogate, is compared as it is spelt.</param>
    public void Add(ReadOnlySpan<byte> raw)
    {
        if (raw.Contains((byte)'\\') && JsonText.ToText(raw) is { } text)
            raw = Encoding.UTF8.GetBytes(text);
        Add(raw, RawText.HashOf(raw));
    }

    /// <summary>Adds what another one has met.</summary>
    public void Add(RepeatedTexts other)
    {
        foreach (var group in other._groups)
        {
            foreach (var entry in group)
                Add(other.TextOf(entry), HashOf(entry));
        }
    }

    /// <summary>The texts that came more than once, in ordinal order.</summary>
    public IReadOnlyList<string> ToRepeated()
    {
        var repeated = new SortedSet<string>(StringComparer.Ordinal);
        long[] table = [];
        foreach (var group in _groups)
        {
            var length = (int)BitOperations.RoundUpToPowerOf2((uint)(2 * group.Count));
            if (length > table.Length)
                table = new long[length];
            AddRepeated(group, table.AsSpan(0, length), repeated);
        }

        return [.. repeated];
    }

    private void Add(ReadOnlySpan<byte> text, int hash)
    {
        var room = sizeof(int) + text.Length;
        if (_chunks.Count == 0 || _used + room > _chunks[^1].Length)
        {
            _chunks.Add(GC.AllocateUninitializedArray<byte>(Math.Max(ChunkBytes, room)));
            _used = 0;
        }

        var place = _chunks[^1].AsSpan(_used);
        MemoryMarshal.Write(place, text.Length);
        text.CopyTo(place[sizeof(int)..]);
        _groups[hash & (Groups - 1)].Add(((long)hash << 32) | checked((uint)(((long)(_chunks.Count - 1) * ChunkBytes) + _used)));
        _used += room;
    }

    /// <param name="group">Texts.</param>
    /// <param name="table">At least twice as many places, a power of two.</param>
    /// <param name="repeated">Gets those that come again.</param>
    private void AddRepeated(List<long> group, Span<long> table, SortedSet<string> repeated)
    {
        table.Clear();
        foreach (var entry in group)
        {
            // A text's place may be 0 as well, so what is in the table is one more.
            var place = (HashOf(entry) / Groups) & (table.Length - 1);
            while (table[place] != 0 && !IsSame(entry, table[place] - 1))
                place = (place + 1) & (table.Length - 1);
            if (table[place] != 0)
                repeated.Add(Encoding.UTF8.GetString(TextOf(entry)));
            table[place] = entry + 1;
        }
    }

    private bool IsSame(long entry, long other) => HashOf(entry) == HashOf(other) && TextOf(entry).SequenceEqual(TextOf(other));

    private static int HashOf(long entry) => (int)(entry >> 32);

    private ReadOnlySpan<byte> TextOf(long entry)
    {
        var place = (uint)entry;
        var kept = _chunks[(int)(place / ChunkBytes)].AsSpan((int)(place % ChunkBytes));
        return kept.Slice(sizeof(int), MemoryMarshal.Read<int>(kept));
    }
}
