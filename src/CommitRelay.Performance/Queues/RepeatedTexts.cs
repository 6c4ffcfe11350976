using System.Text;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>Finds texts that come more than once. Memory: the texts.</summary>
internal sealed class RepeatedTexts
{
    private readonly HashSet<byte[]> _seen = new(RawText.Comparer);
    private readonly HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private readonly SortedSet<string> _repeated = new(StringComparer.Ordinal);

    public RepeatedTexts() => _lookup = _seen.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <param name="raw">The text, still escaped. One without a value, such as a lone surrogate, is compared as it is spelt.</param>
    public void Add(ReadOnlySpan<byte> raw)
    {
        if (raw.Contains((byte)'\\') && JsonText.ToText(raw) is { } text)
            raw = Encoding.UTF8.GetBytes(text);
        if (!_lookup.Add(raw))
            _repeated.Add(Encoding.UTF8.GetString(raw));
    }

    public void Add(RepeatedTexts other)
    {
        _repeated.UnionWith(other._repeated);
        foreach (var text in other._seen)
        {
            if (!_seen.Add(text))
                _repeated.Add(Encoding.UTF8.GetString(text));
        }
    }

    public IReadOnlyList<string> ToRepeated() => [.. _repeated];
}
