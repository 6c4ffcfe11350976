using System.Diagnostics.CodeAnalysis;

namespace CommitRelay.Performance.Json;

/// <summary>
/// A place in a JSON value: member names, array indexes, and "the first item whose member equals a text".
/// <c>status</c>, <c>execution.completed_at</c>, <c>$.limits[0]</c>, <c>['odd.name']</c>, <c>workers[?@.name=='scan-worker'].budget</c>.
/// </summary>
/// <remarks>Immutable and thread-safe. Names compare ordinally; of a repeated member the last wins, as in System.Text.Json and jq.</remarks>
public sealed class JsonPath
{
    private readonly JsonPathSegment[] _segments;

    private JsonPath(JsonPathSegment[] segments) => _segments = segments;

    /// <summary>The value itself: <c>$</c>.</summary>
    public static JsonPath Root { get; } = new([]);

    internal ReadOnlySpan<JsonPathSegment> Segments => _segments;

    /// <summary>Reads a path.</summary>
    /// <param name="path">The path; a leading <c>$</c> may be left out. A name with dots, brackets, quotes or blanks goes in <c>['…']</c>.</param>
    /// <exception cref="FormatException">It is no such path, or holds an unpaired surrogate, which no JSON text in UTF-8 can; the message says where and what was expected.</exception>
    public static JsonPath Parse(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var reader = new JsonPathReader(path);
        var segments = reader.Read();
        return segments.Length == 0 ? Root : new JsonPath(segments);
    }

    /// <summary>Reads a path, so that one can be written as a text wherever a path is asked for.</summary>
    /// <param name="path">The path, as for <see cref="Parse"/>.</param>
    /// <exception cref="FormatException">It is no such path.</exception>
    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "Parse is the alternate.")]
    public static implicit operator JsonPath(string path) => Parse(path);

    /// <summary>Finds the value in one JSON value's bytes, which are taken to be valid.</summary>
    /// <param name="json">The bytes of the whole value.</param>
    /// <param name="value">The bytes of the value found, quotes included.</param>
    /// <returns>False when there is none.</returns>
    public bool TryFind(ReadOnlySpan<byte> json, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!TryFind(json, _segments, out var start))
            return false;
        value = json[start..JsonText.SkipValue(json, start)];
        return true;
    }

    /// <summary>The path in its full form: <c>$.execution.completed_at</c>.</summary>
    /// <returns>Text that <see cref="Parse"/> reads back.</returns>
    public override string ToString() => "$" + string.Concat(_segments.Select(segment => segment.ToString()));

    /// <summary>Finds where the value of these steps starts in the value at the start of <paramref name="json"/>.</summary>
    internal static bool TryFind(ReadOnlySpan<byte> json, ReadOnlySpan<JsonPathSegment> steps, out int start)
    {
        start = JsonText.SkipBlanks(json, 0);
        foreach (ref readonly var step in steps)
        {
            var found = step.IsName ? FindMember(json[start..], step.NameBytes) : FindItem(json[start..], step);
            if (found < 0)
                return false;
            start += found;
        }

        return start < json.Length;
    }

    private static int FindMember(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        var found = -1;
        var members = new JsonMembers(json);
        while (members.MoveNext())
        {
            if (JsonText.RawEquals(members.RawName, name))
                found = members.ValueStart;
        }

        return found;
    }

    private static int FindItem(ReadOnlySpan<byte> json, in JsonPathSegment step)
    {
        if (json.IsEmpty || json[0] != '[')
            return -1;
        var at = JsonText.SkipBlanks(json, 1);
        for (var index = 0; at < json.Length && json[at] != ']'; index++)
        {
            if (step.IsIndex ? index == step.Index : ItemEquals(json[at..], step))
                return at;
            at = JsonText.SkipBlanks(json, JsonText.SkipValue(json, at));
            if (at >= json.Length || json[at] != ',')
                return -1;
            at = JsonText.SkipBlanks(json, at + 1);
        }

        return -1;
    }

    internal static bool ItemEquals(ReadOnlySpan<byte> item, in JsonPathSegment step)
    {
        var member = FindMember(item, step.NameBytes);
        return member >= 0 && JsonText.TryRawText(item[member..], out var raw) && JsonText.RawEquals(raw, step.ItemTextBytes);
    }
}
