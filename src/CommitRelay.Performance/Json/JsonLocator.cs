using System.Text.Json;

namespace CommitRelay.Performance.Json;

/// <summary>Finds a path in a whole JSON text while all of it is checked: one pass does both. Answers as <see cref="JsonPath"/> does.</summary>
internal static class JsonLocator
{
    /// <returns>Where the value starts; -1 when there is none.</returns>
    /// <exception cref="JsonException">The text is not one JSON value.</exception>
    internal static int Find(ReadOnlySpan<byte> json, ReadOnlySpan<JsonPathSegment> path)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 512 });
        reader.Read();
        var found = FindValue(ref reader, json, path);

        // Only blanks may follow; anything else is thrown.
        reader.Read();
        return found;
    }

    /// <summary>Leaves the reader at the last token of the value that it stands on.</summary>
    private static int FindValue(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, ReadOnlySpan<JsonPathSegment> path)
    {
        var start = (int)reader.TokenStartIndex;
        if (!path.IsEmpty && reader.TokenType == JsonTokenType.StartObject && path[0].IsName)
            return FindMember(ref reader, json, path);
        if (!path.IsEmpty && reader.TokenType == JsonTokenType.StartArray && !path[0].IsName)
            return FindItem(ref reader, json, path);
        reader.Skip();
        return path.IsEmpty ? start : -1;
    }

    private static int FindMember(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, ReadOnlySpan<JsonPathSegment> path)
    {
        var found = -1;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = reader.ValueTextEquals(path[0].NameBytes);
            reader.Read();
            if (isIt)
                found = FindValue(ref reader, json, path[1..]);
            else
                reader.Skip();
        }

        return found;
    }

    private static int FindItem(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, ReadOnlySpan<JsonPathSegment> path)
    {
        var (found, met) = (-1, false);
        for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
        {
            var isIt = !met && (path[0].IsIndex ? index == path[0].Index : JsonPath.ItemEquals(json[(int)reader.TokenStartIndex..], path[0]));
            met |= isIt;
            if (isIt)
                found = FindValue(ref reader, json, path[1..]);
            else
                reader.Skip();
        }

        return found;
    }
}
