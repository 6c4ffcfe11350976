using System.Text;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Events;

/// <summary>Counts values by the text of a member. Allocates only for a text it has not met before.</summary>
internal sealed class EventTally
{
    private const string None = "(none)";
    private readonly byte[][] _names;
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly List<(byte[] Raw, string Text)> _known = [];

    public EventTally(IReadOnlyList<string> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        _names = [.. members.Select(Encoding.UTF8.GetBytes)];
    }

    public IReadOnlyDictionary<string, long> Counts => _counts;

    public void Add(ReadOnlySpan<byte> json)
    {
        if (json[0] == '{')
            System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_counts, TextOf(Find(json)), out _)++;
    }

    /// <summary>The value of the first of the names that holds a text; empty when none does. Of a repeated member the last one counts.</summary>
    private ReadOnlySpan<byte> Find(ReadOnlySpan<byte> json)
    {
        var best = _names.Length;
        ReadOnlySpan<byte> found = default;
        var members = new JsonMembers(json);
        while (members.MoveNext())
        {
            for (var n = 0; n < _names.Length && n <= best; n++)
            {
                if (JsonText.RawEquals(members.RawName, _names[n]))
                {
                    if (JsonText.TryRawText(json[members.ValueStart..], out var raw))
                    {
                        best = n;
                        found = raw;
                    }

                    break;
                }
            }
        }

        return found;
    }

    private string TextOf(ReadOnlySpan<byte> raw)
    {
        if (raw.IsEmpty)
            return None;
        foreach (var (known, text) in _known)
        {
            if (raw.SequenceEqual(known))
                return text;
        }

        var added = JsonText.ToText(raw) ?? None;
        if (_known.Count < 64)
            _known.Add((raw.ToArray(), added));
        return added;
    }
}
