using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Relay;

/// <summary>
/// Takes members out of one object by name, whatever they hold: a text, an instant, a whole number. What is there and is of another kind is
/// noted by name, never guessed. The last of repeated members counts.
/// </summary>
internal readonly ref struct SpecMembers(ReadOnlySpan<byte> json, string prefix, List<string> unreadable)
{
    /// <summary>Tokens and minutes beyond this are a mistake, and sums of what is below cannot overflow.</summary>
    private const long Largest = 1_000_000_000_000_000;

    private readonly ReadOnlySpan<byte> _json = json;

    /// <summary>The members of an object inside; none when it is absent or no object.</summary>
    public SpecMembers Of(string name) => new(Find(name), prefix + name + ".", unreadable);

    /// <summary>The bytes that start with the member's value; empty when it is absent.</summary>
    public ReadOnlySpan<byte> Find(string name)
    {
        Span<byte> utf8 = stackalloc byte[64];
        return Find(_json, utf8[..System.Text.Encoding.UTF8.GetBytes(name, utf8)]);
    }

    /// <summary>The bytes that start with the value of an object's member; empty when it is absent, or the value is no object.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> json, scoped ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> found = default;
        var members = new JsonMembers(json);
        while (members.MoveNext())
        {
            if (JsonText.RawEquals(members.RawName, name))
                found = json[members.ValueStart..];
        }

        return found;
    }

    /// <summary>A text, or a number as it is written; null for all else.</summary>
    public string? Text(string name)
    {
        var value = Find(name);
        if (JsonText.TryRawText(value, out var raw))
            return JsonText.ToText(raw);
        return JsonNumber.TryRead(value, out _) ? System.Text.Encoding.UTF8.GetString(value[..JsonText.SkipValue(value, 0)]) : null;
    }

    /// <summary>The text, or why there is none: "(absent)", "(null)", "(not a string)".</summary>
    public string Label(string name)
    {
        var value = Find(name);
        if (value.IsEmpty)
            return "(absent)";
        if (JsonText.TryRawText(value, out var raw))
            return JsonText.ToText(raw) ?? "(not a string)";
        return IsNull(value) ? "(null)" : "(not a string)";
    }

    /// <summary>Whether the member is there and not null.</summary>
    public bool Holds(string name) => Find(name) is { IsEmpty: false } value && !IsNull(value);

    public DateTimeOffset? Instant(string name)
    {
        var value = Find(name);
        if (value.IsEmpty || IsNull(value))
            return null;
        if (JsonText.TryInstant(value, out var instant))
            return instant;
        unreadable.Add(prefix + name);
        return null;
    }

    /// <summary>A whole number, also one written as text or with a fraction of zero.</summary>
    public long? Whole(string name)
        => Number(name) is { } number && Math.Floor(number) == number ? (long)number : null;

    public double? Number(string name)
    {
        var value = Find(name);
        if (value.IsEmpty || IsNull(value))
            return null;
        var digits = JsonText.TryRawText(value, out var raw) ? raw : value[..JsonText.SkipValue(value, 0)];
        if (System.Buffers.Text.Utf8Parser.TryParse(digits, out double number, out var read) && read == digits.Length && Math.Abs(number) <= Largest)
            return number;
        unreadable.Add(prefix + name);
        return null;
    }

    private static bool IsNull(ReadOnlySpan<byte> value) => value.StartsWith("null"u8);
}
