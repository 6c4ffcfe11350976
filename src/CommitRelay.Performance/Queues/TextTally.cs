using System.Runtime.InteropServices;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>Counts texts without making a string of each.</summary>
internal sealed class TextTally
{
    private const int Slots = 16;

    private readonly Dictionary<byte[], Counter> _raw = new(RawText.Comparer);
    private readonly Dictionary<byte[], Counter>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

    /// <summary>Texts met last, by length and first byte: most members have a handful of texts, which are found here without hashing them.</summary>
    private readonly Counter?[] _met = new Counter?[Slots];
    private long _absent;
    private long _null;
    private long _notText;

    public TextTally() => _lookup = _raw.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <param name="value">Starts with the value and may run on behind it; empty for an absent one.</param>
    public void Add(ReadOnlySpan<byte> value)
    {
        if (JsonText.TryRawText(value, out var raw))
            CounterOf(raw).Count++;
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
        ref var met = ref _met[raw.IsEmpty ? 0 : (raw.Length + (3 * raw[0])) % Slots];
        if (met is not null && raw.SequenceEqual(met.Raw))
            return met;
        if (!_lookup.TryGetValue(raw, out met))
        {
            met = new Counter(raw.ToArray());
            _raw.Add(met.Raw, met);
        }

        return met;
    }

    private sealed class Counter(byte[] raw)
    {
        public readonly byte[] Raw = raw;
        public long Count;
    }
}
