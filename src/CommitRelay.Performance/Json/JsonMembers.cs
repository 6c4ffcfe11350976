namespace CommitRelay.Performance.Json;

/// <summary>Walks the members of the object at the start of a span, in order. Yields nothing when the value is no object.</summary>
internal ref struct JsonMembers
{
    private readonly ReadOnlySpan<byte> _json;
    private int _next;

    public JsonMembers(ReadOnlySpan<byte> json)
    {
        _json = json;
        var start = JsonText.SkipBlanks(json, 0);
        _next = start < json.Length && json[start] == '{' ? start + 1 : json.Length;
    }

    /// <summary>Tells of the wanted members of a valid value that was not checked with a listener.</summary>
    public static unsafe void Tell<TMembers>(byte* text, int length, ref TMembers members)
        where TMembers : struct, JsonCheck.IMemberListener
    {
        var walk = new JsonMembers(new ReadOnlySpan<byte>(text, length));
        while (walk.MoveNext())
        {
            var slot = members.SlotOf(text + walk.NameStart + 1, walk.RawName.Length);
            if (slot >= 0)
                members.Take(slot, text + walk.ValueStart);
        }
    }

    /// <summary>Where the name's opening quote stands.</summary>
    public int NameStart { get; private set; }

    /// <summary>The name between its quotes, still escaped.</summary>
    public ReadOnlySpan<byte> RawName { get; private set; }

    public int ValueStart { get; private set; }

    /// <summary>Behind the value. Computed when asked for.</summary>
    public readonly int ValueEnd => JsonText.SkipValue(_json, ValueStart);

    public bool MoveNext()
    {
        if (ValueStart > 0)
        {
            var comma = JsonText.SkipBlanks(_json, ValueEnd);
            if (comma >= _json.Length || _json[comma] != ',')
                return false;
            _next = comma + 1;
        }

        NameStart = JsonText.SkipBlanks(_json, _next);
        if (NameStart >= _json.Length || _json[NameStart] != '"')
            return false;
        var end = JsonText.SkipText(_json, NameStart);
        var colon = JsonText.SkipBlanks(_json, end);
        if (end - NameStart < 2 || colon >= _json.Length || _json[colon] != ':')
            return false;
        RawName = _json[(NameStart + 1)..(end - 1)];
        ValueStart = JsonText.SkipBlanks(_json, colon + 1);
        return ValueStart < _json.Length;
    }
}
