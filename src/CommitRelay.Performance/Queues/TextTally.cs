using System.Runtime.InteropServices;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>Counts texts without making a string of each.</summary>
internal sealed class TextTally
{
    private readonly Dictionary<byte[], long> _raw = new(RawText.Comparer);
    private readonly Dictionary<byte[], long>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private long _absent;
    private long _null;
    private long _notText;

    public TextTally() => _lookup = _raw.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <param name="value">Starts with the value and may run on behind it; empty for an absent one.</param>
    public void Add(ReadOnlySpan<byte> value)
    {
        if (JsonText.TryRawText(value, out var raw))
            CollectionsMarshal.GetValueRefOrAddDefault(_lookup, raw, out _)++;
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
        foreach (var (raw, count) in other._raw)
            CollectionsMarshal.GetValueRefOrAddDefault(_raw, raw, out _) += count;
        _absent += other._absent;
        _null += other._null;
        _notText += other._notText;
    }

    /// <summary>Spellings of one text (with escapes and without) come together here. A text without a value, such as a lone surrogate, is no text.</summary>
    public QueueCounts ToCounts()
    {
        var texts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (raw, count) in _raw)
        {
            if (JsonText.ToText(raw) is { } text)
                CollectionsMarshal.GetValueRefOrAddDefault(texts, text, out _) += count;
            else
                _notText += count;
        }

        return new QueueCounts(texts, _absent, _null, _notText);
    }
}
