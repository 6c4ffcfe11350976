using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>Counts texts without making a string of each.</summary>
internal sealed class TextTally
{
    private const int SlotBits = 4;

    private readonly Dictionary<byte[], Counter> _raw = new(RawText.Comparer);
    private readonly Dictionary<byte[], Counter>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

    /// <summary>Texts met last, by how they begin: most members have a handful of texts, which are found here without looking for their end.</summary>
    private readonly Counter?[] _met = new Counter?[1 << SlotBits];
    private long _absent;
    private long _null;
    private long _notText;

    public TextTally() => _lookup = _raw.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <param name="value">Starts with the value and may run on behind it; empty for an absent one.</param>
    public void Add(ReadOnlySpan<byte> value)
    {
        if (value.Length >= Vector256<byte>.Count && _met[SlotOf(value)] is { } met && met.IsAt(value))
            met.Count++;
        else
            AddOther(value);
    }

    private void AddOther(ReadOnlySpan<byte> value)
    {
        if (JsonText.TryRawText(value, out var raw))
            Meet(value, CounterOf(raw)).Count++;
        else if (value.IsEmpty)
            _absent++;
        else if (value.StartsWith("null"u8))
            _null++;
        else
            _notText++;
    }

    /// <summary>Adds what another one has counted.</summary>
    public void Add(TextTally other)
    {
        foreach (var counter in other._raw.Values)
            CounterOf(counter.Raw).Count += counter.Count;
        _absent += other._absent;
        _null += other._null;
        _notText += other._notText;
    }

    /// <summary>Spellings of one text (with escapes and without) come together here. A text without a value, such as a lone surrogate, is no text.</summary>
    public QueueCounts ToCounts()
    {
        var texts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var counter in _raw.Values)
        {
            if (JsonText.ToText(counter.Raw) is { } text)
                CollectionsMarshal.GetValueRefOrAddDefault(texts, text, out _) += counter.Count;
            else
                _notText += counter.Count;
        }

        return new QueueCounts(texts, _absent, _null, _notText);
    }

    private Counter CounterOf(ReadOnlySpan<byte> raw)
    {
        if (_lookup.TryGetValue(raw, out var counter))
            return counter;
        counter = new Counter(raw.ToArray());
        _raw.Add(counter.Raw, counter);
        return counter;
    }

    private Counter Meet(ReadOnlySpan<byte> value, Counter counter)
    {
        if (value.Length >= Vector256<byte>.Count)
            _met[SlotOf(value)] = counter;
        return counter;
    }

    private static int SlotOf(ReadOnlySpan<byte> value) => (int)((MemoryMarshal.Read<uint>(value) * 0x9E3779B1) >> (32 - SlotBits));

    private sealed class Counter
    {
        public readonly byte[] Raw;
        public long Count;

        /// <summary>The text in its quotes; without any, which nothing is equal to, when it is too long.</summary>
        private readonly Vector256<byte> _quoted;
        private readonly Vector256<byte> _mask;

        public Counter(byte[] raw)
        {
            Raw = raw;
            _mask = Vector256<byte>.AllBitsSet;
            var length = raw.Length + 2;
            if (length > Vector256<byte>.Count)
                return;
            Span<byte> quoted = stackalloc byte[Vector256<byte>.Count];
            quoted.Clear();
            quoted[0] = quoted[length - 1] = (byte)'"';
            raw.CopyTo(quoted[1..]);
            _quoted = Vector256.Create<byte>(quoted);
            _mask = Vector256.LessThan(Vector256<byte>.Indices, Vector256.Create((byte)length));
        }

        public bool IsAt(ReadOnlySpan<byte> value) => ((Vector256.Create(value) ^ _quoted) & _mask) == Vector256<byte>.Zero;
    }
}
