using System.Buffers;
using System.Text;
using System.Text.Json;

namespace CommitRelay.Performance.Json;

/// <summary>
/// Sets or removes one member in the bytes of a JSON value. All other bytes stay as they are; a new member is written in the style of its neighbours.
/// </summary>
internal static class JsonMemberPatch
{
    /// <summary>Sets the member at a path, or the array item.</summary>
    /// <param name="json">A valid JSON value.</param>
    /// <param name="path">Where; the last step names the member.</param>
    /// <param name="value">The new value's JSON text.</param>
    /// <param name="create">Whether a missing member, and missing objects on the way to it, are made.</param>
    /// <param name="output">Gets the whole value.</param>
    /// <returns>False when there is nothing at the path and nothing could be made there; nothing is written then.</returns>
    internal static bool TrySet(ReadOnlySpan<byte> json, ReadOnlySpan<JsonPathSegment> path, ReadOnlySpan<byte> value, bool create, IBufferWriter<byte> output)
    {
        if (JsonPath.TryFind(json, path, out var start))
        {
            Write(output, json[..start], value, json[JsonText.SkipValue(json, start)..]);
            return true;
        }

        return create && TryCreate(json, path, value, output);
    }

    /// <summary>Removes the member at a path, each time it stands there, or the array item.</summary>
    /// <returns>False when there is nothing at the path; nothing is written then.</returns>
    internal static bool TryRemove(ReadOnlySpan<byte> json, ReadOnlySpan<JsonPathSegment> path, IBufferWriter<byte> output)
    {
        if (path.Length == 0 || !JsonPath.TryFind(json, path, out var value) || !JsonPath.TryFind(json, path[..^1], out var parent))
            return false;
        var (start, end) = RangeWithComma(json, parent, value, JsonText.SkipValue(json, value));
        var rest = new ArrayBufferWriter<byte>(json.Length);
        Write(rest, json[..start], default, json[end..]);

        // A repeated name goes as often as it stands there; an array item only once, for the next one takes its place.
        if (!path[^1].IsName || !TryRemove(rest.WrittenSpan, path, output))
            output.Write(rest.WrittenSpan);
        return true;
    }

    /// <summary>A text as a JSON value.</summary>
    internal static byte[] Text(string value) => [(byte)'"', .. Encoding.UTF8.GetBytes(JsonEncodedText.Encode(value, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString()), (byte)'"'];

    private static bool TryCreate(ReadOnlySpan<byte> json, ReadOnlySpan<JsonPathSegment> steps, ReadOnlySpan<byte> value, IBufferWriter<byte> output)
    {
        // The deepest object that is there takes the rest of the path as one new member.
        for (var there = steps.Length - 1; there >= 0; there--)
        {
            if (!JsonPath.TryFind(json, steps[..there], out var parent))
                continue;
            if (json[parent] != '{' || !OnlyNames(steps[there..]))
                return false;
            Insert(json, parent, steps[there].NameBytes, Nest(steps[(there + 1)..], value), output);
            return true;
        }

        return false;
    }

    private static bool OnlyNames(ReadOnlySpan<JsonPathSegment> steps)
    {
        foreach (ref readonly var step in steps)
        {
            if (!step.IsName)
                return false;
        }

        return true;
    }

    private static byte[] Nest(ReadOnlySpan<JsonPathSegment> steps, ReadOnlySpan<byte> value)
    {
        var nested = value.ToArray();
        for (var i = steps.Length - 1; i >= 0; i--)
            nested = [.. "{"u8, .. Text(steps[i].Name!), .. ": "u8, .. nested, .. "}"u8];
        return nested;
    }

    private static void Insert(ReadOnlySpan<byte> json, int parent, byte[] name, ReadOnlySpan<byte> value, IBufferWriter<byte> output)
    {
        var style = JsonStyle.Of(json, parent);
        output.Write(json[..style.End]);
        if (style.HasMembers)
            output.Write(","u8);
        output.Write(style.BeforeName);
        output.Write(Text(Encoding.UTF8.GetString(name)));
        output.Write(style.Colon);
        output.Write(value);
        output.Write(style.BeforeClosing);
        output.Write(json[style.Rest..]);
    }

    /// <summary>A member or item from its first to its last byte, together with one of the commas beside it and the blanks up to the neighbour.</summary>
    private static (int Start, int End) RangeWithComma(ReadOnlySpan<byte> json, int parent, int value, int end)
    {
        var start = json[parent] == '{' ? NameBefore(json, parent, value) : value;
        var behind = JsonText.SkipBlanks(json, end);
        var before = start - 1;
        while (JsonText.IsBlank(json[before]))
            before--;
        if (json[before] == ',')
            return (before, end);
        return json[behind] == ',' ? (start, JsonText.SkipBlanks(json, behind + 1)) : (before + 1, behind);
    }

    private static int NameBefore(ReadOnlySpan<byte> json, int parent, int value)
    {
        var members = new JsonMembers(json[parent..]);
        while (members.MoveNext() && parent + members.ValueStart != value)
        {
        }

        return parent + members.NameStart;
    }

    private static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> before, ReadOnlySpan<byte> value, ReadOnlySpan<byte> behind)
    {
        output.Write(before);
        output.Write(value);
        output.Write(behind);
    }
}
