namespace CommitRelay.Performance.Json;

/// <summary>Names of members of one object, each with a number, and the walk that finds them.</summary>
internal sealed class JsonMemberNames
{
    private readonly List<byte[]> _names = [];

    public int Count => _names.Count;

    public byte[] this[int number] => _names[number];

    /// <summary>The number of a name, which is added when new.</summary>
    public int Add(byte[] name)
    {
        var number = _names.FindIndex(known => known.AsSpan().SequenceEqual(name));
        if (number >= 0)
            return number;
        _names.Add(name);
        return _names.Count - 1;
    }

    /// <summary>The number of the path's first step; -1 when the path does not start with a name.</summary>
    public int Add(JsonPath path) => path.Segments is [{ IsName: true } first, ..] ? Add(first.NameBytes) : -1;

    /// <summary>Finds where the value of each name starts in the object's bytes; -1 for an absent one. The last of repeated members wins.</summary>
    public void Find(ReadOnlySpan<byte> json, Span<int> starts)
    {
        starts.Fill(-1);
        if (Count == 0)
            return;
        var members = new JsonMembers(json);
        while (members.MoveNext())
        {
            for (var number = 0; number < Count; number++)
            {
                if (JsonText.RawEquals(members.RawName, _names[number]))
                {
                    starts[number] = members.ValueStart;
                    break;
                }
            }
        }
    }
}
