namespace CommitRelay.Performance.Json;

/// <summary>How an object of a file is laid out, so that a member added to it looks like the others.</summary>
internal readonly ref struct JsonStyle
{
    /// <summary>Where the new member goes: behind the last one, or behind the opening bracket.</summary>
    internal int End { get; private init; }

    /// <summary>Where the text goes on behind the new member.</summary>
    internal int Rest { get; private init; }

    internal bool HasMembers { get; private init; }

    internal ReadOnlySpan<byte> BeforeName { get; private init; }

    internal ReadOnlySpan<byte> Colon { get; private init; }

    internal ReadOnlySpan<byte> BeforeClosing { get; private init; }

    /// <summary>Reads the style of the object that opens at <paramref name="start"/>.</summary>
    internal static JsonStyle Of(ReadOnlySpan<byte> json, int start)
    {
        var value = json[start..];
        var members = new JsonMembers(value);
        ReadOnlySpan<byte> before = default, colon = default;
        int end = 1, count = 0;
        while (members.MoveNext())
        {
            before = value[(count == 0 ? 1 : value[..members.NameStart].LastIndexOf((byte)',') + 1)..members.NameStart];
            colon = value[(members.NameStart + members.RawName.Length + 2)..members.ValueStart];
            end = members.ValueEnd;
            count++;
        }

        if (count == 0)
            return OfEmpty(json, start);
        if (count == 1 && before.IsEmpty && colon.Length > 1)
            before = " "u8;
        return new JsonStyle { End = start + end, Rest = start + end, HasMembers = true, BeforeName = before, Colon = colon };
    }

    /// <summary>An empty object takes its surroundings' style: a line of its own, one step further in, where the file is indented.</summary>
    private static JsonStyle OfEmpty(ReadOnlySpan<byte> json, int start)
    {
        var closing = JsonText.SkipBlanks(json, start + 1);
        var unit = FirstIndentation(json);
        var line = json[..start].LastIndexOf((byte)'\n') + 1;
        var own = json[line..JsonText.SkipBlanks(json, line)];
        return new JsonStyle
        {
            End = start + 1,
            Rest = closing,
            BeforeName = unit.IsEmpty ? default : (byte[])[(byte)'\n', .. own, .. unit],
            Colon = unit.IsEmpty && !json.IndexOf("\": "u8).Equals(-1) || !unit.IsEmpty ? ": "u8 : ":"u8,
            BeforeClosing = unit.IsEmpty ? default : (byte[])[(byte)'\n', .. own],
        };
    }

    private static ReadOnlySpan<byte> FirstIndentation(ReadOnlySpan<byte> json)
    {
        var lineFeed = json.IndexOf((byte)'\n');
        if (lineFeed < 0)
            return default;
        var rest = json[(lineFeed + 1)..];
        var length = rest.IndexOfAnyExcept((byte)' ', (byte)'\t');
        return length > 0 ? rest[..length] : default;
    }
}
