using System.Runtime.InteropServices;
using System.Text;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>
/// Finds texts that come more than once. Memory: the texts, in one array: as objects of their own, hundreds of thousands of them would keep the collector
/// busier than reading the file does.
/// </summary>
internal sealed class RepeatedTexts
{
    private readonly SortedSet<string> _repeated = new(StringComparer.Ordinal);

    /// <summary>A hash table: the hash in the upper half, where the text is in the lower; 0 where nothing is.</summary>
    private long[] _table = new long[256];

    /// <summary>Each text behind its length.</summary>
    private byte[] _texts = new byte[4096];
    private int _end = sizeof(int);
    private int _count;

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
        _repeated.UnionWith(other._repeated);
        foreach (var entry in other._table)
        {
            if (entry != 0)
                Add(other.TextOf(entry), HashOf(entry));
        }
    }

    public IReadOnlyList<string> ToRepeated() => [.. _repeated];

    private void Add(ReadOnlySpan<byte> text, int hash)
    {
        if (4 * _count >= 3 * _table.Length)
            Grow();
        var place = PlaceFor(hash);
        for (; _table[place] != 0; place = Behind(place))
        {
            if (HashOf(_table[place]) == hash && TextOf(_table[place]).SequenceEqual(text))
            {
                _repeated.Add(Encoding.UTF8.GetString(text));
                return;
            }
        }

        _table[place] = ((long)hash << 32) | (uint)Keep(text);
        _count++;
    }

    /// <summary>Where the text is kept: never 0.</summary>
    private int Keep(ReadOnlySpan<byte> text)
    {
        var start = _end;
        _end = checked(start + sizeof(int) + text.Length);
        if (_end > _texts.Length)
            Array.Resize(ref _texts, (int)Math.Min(Math.Max(2L * _texts.Length, _end), Array.MaxLength));
        MemoryMarshal.Write(_texts.AsSpan(start), text.Length);
        text.CopyTo(_texts.AsSpan(start + sizeof(int)));
        return start;
    }

    private void Grow()
    {
        var before = _table;
        _table = new long[2 * before.Length];
        foreach (var entry in before)
        {
            if (entry == 0)
                continue;
            var place = PlaceFor(HashOf(entry));
            while (_table[place] != 0)
                place = Behind(place);
            _table[place] = entry;
        }
    }

    private int PlaceFor(int hash) => hash & (_table.Length - 1);

    private int Behind(int place) => (place + 1) & (_table.Length - 1);

    private static int HashOf(long entry) => (int)(entry >> 32);

    private ReadOnlySpan<byte> TextOf(long entry)
    {
        var kept = _texts.AsSpan((int)entry);
        return kept.Slice(sizeof(int), MemoryMarshal.Read<int>(kept));
    }
}
