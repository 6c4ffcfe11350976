using System.Buffers;
using System.Text;

namespace CommitRelay.Performance.Json;

/// <summary>One step of a path: a member's name, an array index, or the first array item whose member equals a text.</summary>
internal readonly record struct JsonPathSegment
{
    private static readonly SearchValues<char> NeedsQuotes = SearchValues.Create(".[]='\"$ ");

    private JsonPathSegment(string? name, int index, string? equals)
    {
        Name = name;
        Index = index;
        ItemText = equals;
        NameBytes = name is null ? [] : Encoding.UTF8.GetBytes(name);
        ItemTextBytes = equals is null ? [] : Encoding.UTF8.GetBytes(equals);
    }

    /// <summary>The member's name; with <see cref="ItemText"/>, the name of the item's member. Null for an index.</summary>
    public string? Name { get; }

    public int Index { get; }

    /// <summary>The text that the item's member must equal; null for a name or an index.</summary>
    public string? ItemText { get; }

    public byte[] NameBytes { get; }

    public byte[] ItemTextBytes { get; }

    public bool IsName => Name is not null && ItemText is null;

    public bool IsIndex => Name is null;

    public static JsonPathSegment OfName(string name) => new(name, -1, null);

    public static JsonPathSegment OfIndex(int index) => new(null, index, null);

    public static JsonPathSegment OfItem(string name, string equals) => new(name, -1, equals);

    public override string ToString()
        => ItemText is not null ? $"[?@.{Name}=={Quote(ItemText)}]"
        : IsIndex ? $"[{Index}]"
        : Name!.Length > 0 && Name.AsSpan().IndexOfAny(NeedsQuotes) < 0 ? $".{Name}"
        : $"[{Quote(Name)}]";

    private static string Quote(string text) => $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
