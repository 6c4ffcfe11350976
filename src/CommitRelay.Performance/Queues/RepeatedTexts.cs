using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>
/// Finds texts that come more than once. Texts are only written down, with their hash; which of them are equal is found out at the end, in groups by
/// hash: one table of hundreds of thousands of texts would miss the processor's cache at each.
/// </summary>
/// <param name="mostBytes">How many bytes of texts it takes: as many as 32 bits can number, fewer in tests.</param>
internal sealed class RepeatedTexts(long mostBytes = 1L << 32)
{
    private const int Groups = 64;
    private const int ChunkBytes = 1 << 14;

    /// <summary>Of each text the hash in the upper half, its place in the lower: the chunk's number, and where in the chunk.</summary>
    private readonly List<long> _entries = [];

    /// <summary>Each text behind its length.</summary>
    private readonly List<byte[]> _chunks = [];
    private int _used;

    /// <param name="raw">The text, still escaped. One without a value, such as a lone surrogate, is compared as it is spelt.</param>
    /// <exception cref="InvalidDataException">There are more bytes than it takes.</exception>
    public void Add(ReadOnlySpan<byte> raw)
    {
        if (raw.Contains((byte)'\\') && JsonText.ToText(raw) is { } text)
            raw = Encoding.UTF8.GetBytes(text);
        Add(raw, RawText.HashOf(raw));
    }

    /// <summary>Takes over what another one has met, which is not used again.</summary>
    /// <exception cref="InvalidDataException">There are more bytes than it takes.</exception>
    public void Take(RepeatedTexts other)
    {
        var before = (long)_chunks.Count * ChunkBytes;
        if (other._chunks.Count == 1 && TryCopy(other._chunks[0].AsSpan(0, other._used), out var place))
        {
            before = place;
        }
        else if (other._chunks.Count > 0)
        {
            _chunks.AddRange(other._chunks);
            _used = other._used;
        }

        foreach (var entry in other._entries)
            _entries.Add(Entry(HashOf(entry), before + (uint)entry));
    }

    /// <summary>The texts that came more than once, in ordinal order.</summary>
    public IReadOnlyList<string> ToRepeated()
    {
        var repeated = new SortedSet<string>(StringComparer.Ordinal);
        Span<int> ends = stackalloc int[Groups];
        ReadOnlySpan<long> entries = Grouped(ends);
        long[] table = [];
        for (var (group, start) = (0, 0); group < Groups; start = ends[group++])
        {
            var length = (int)BitOperations.RoundUpToPowerOf2((uint)(2 * (ends[group] - start)));
            if (length > table.Length)
                table = new long[length];
            AddRepeated(entries[start..ends[group]], table.AsSpan(0, length), repeated);
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
        _entries.Add(Entry(hash, ((long)(_chunks.Count - 1) * ChunkBytes) + _used));
        _used += room;
    }

    /// <summary>Copies texts into the last chunk, where they have room: else a chunk that is nearly empty would be kept for each part of a file.</summary>
    private bool TryCopy(ReadOnlySpan<byte> texts, out long place)
    {
        place = 0;
        if (_chunks.Count == 0 || !texts.TryCopyTo(_chunks[^1].AsSpan(_used)))
            return false;
        place = ((long)(_chunks.Count - 1) * ChunkBytes) + _used;
        _used += texts.Length;
        return true;
    }

    /// <summary>The entries, those of a group together.</summary>
    /// <param name="ends">Gets where each group ends.</param>
    private long[] Grouped(Span<int> ends)
    {
        ends.Clear();
        foreach (var entry in CollectionsMarshal.AsSpan(_entries))
            ends[GroupOf(entry)]++;
        var start = 0;
        foreach (ref var end in ends)
            (end, start) = (start, start + end);
        var grouped = new long[_entries.Count];
        foreach (var entry in CollectionsMarshal.AsSpan(_entries))
            grouped[ends[GroupOf(entry)]++] = entry;
        return grouped;
    }

    /// <param name="group">Texts.</param>
    /// <param name="table">At least twice as many places, a power of two.</param>
    /// <param name="repeated">Gets those that come again.</param>
    private void AddRepeated(ReadOnlySpan<long> group, Span<long> table, SortedSet<string> repeated)
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

    private long Entry(int hash, long place)
        => place < mostBytes ? ((long)hash << 32) | place : throw new InvalidDataException($"The ids of the tasks take more than {mostBytes} bytes, so that repeated ones cannot be found.");

    private static int GroupOf(long entry) => HashOf(entry) & (Groups - 1);

    private bool IsSame(long entry, long other) => HashOf(entry) == HashOf(other) && TextOf(entry).SequenceEqual(TextOf(other));

    private static int HashOf(long entry) => (int)(entry >> 32);

    private ReadOnlySpan<byte> TextOf(long entry)
    {
        var place = (uint)entry;
        var kept = _chunks[(int)(place / ChunkBytes)].AsSpan((int)(place % ChunkBytes));
        return kept.Slice(sizeof(int), MemoryMarshal.Read<int>(kept));
    }
}
