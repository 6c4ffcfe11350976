using System.Runtime.InteropServices;
using System.Text;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Events;

/// <summary>Counts values by the text of a member. Allocates only for a text it has not met before.</summary>
internal sealed unsafe class EventTally
{
    private const string None = "(none)";
    private const int FewValues = 64;
    private readonly byte[][] _names;
    private readonly nint[] _texts;
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly List<(byte[] Raw, string Text)> _known = [];

    /// <summary>For values that are alike; made once they prove to be many.</summary>
    private JsonPattern<Members>? _check;
    private int _values;

    public EventTally(IReadOnlyList<string> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        _names = [.. members.Select(Encoding.UTF8.GetBytes)];
        _texts = new nint[_names.Length];
    }

    public IReadOnlyDictionary<string, long> Counts => _counts;

    /// <summary>Counts a valid value.</summary>
    public void Add(ReadOnlySpan<byte> json)
    {
        if (json[0] != '{')
            return;
        fixed (byte* text = json)
        {
            var members = new Members(this);
            JsonMembers.Tell(text, json.Length, ref members);
            Count(text + json.Length);
        }
    }

    /// <summary>Checks and counts in one pass. False, and not counted, when the text is not one whole object, or hard to tell. <see cref="JsonCheck.Slack"/> bytes behind it must be readable.</summary>
    public bool TryAdd(ReadOnlySpan<byte> json)
    {
        if (json[0] != '{' || !JsonCheck.IsSupported)
            return false;
        fixed (byte* text = json)
        {
            var end = text + json.Length;
            var members = new Members(this);
            if ((_check is null ? JsonCheck.SkipValue(text, end, ref members) : _check.SkipValue(text, end, ref members)) != end)
                return false;
            if (_check is null && ++_values == FewValues)
                _check = new JsonPattern<Members>();
            Count(end);
            return true;
        }
    }

    /// <summary>Counts a text, still escaped; empty for none.</summary>
    public void Count(ReadOnlySpan<byte> raw) => CollectionsMarshal.GetValueRefOrAddDefault(_counts, TextOf(raw), out _)++;

    private void Count(byte* end)
    {
        ReadOnlySpan<byte> raw = default;
        foreach (var text in _texts)
        {
            if (text != 0 && JsonText.TryRawText(new ReadOnlySpan<byte>((byte*)text, (int)(end - (byte*)text)), out raw))
                break;
        }

        Count(raw);
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

    /// <summary>Notes where the texts of the wanted members begin. Of a repeated member the last text counts.</summary>
    private readonly struct Members : JsonCheck.IMemberListener
    {
        private readonly EventTally _tally;

        public Members(EventTally tally)
        {
            _tally = tally;
            Array.Clear(tally._texts);
        }

        public int SlotOf(byte* name, int length)
        {
            var raw = new ReadOnlySpan<byte>(name, length);
            for (var n = 0; n < _tally._names.Length; n++)
            {
                if (length >= _tally._names[n].Length && JsonText.RawEquals(raw, _tally._names[n]))
                    return n;
            }

            return -1;
        }

        public void Take(int slot, byte* value)
        {
            if (*value == '"')
                _tally._texts[slot] = (nint)value;
        }
    }
}
