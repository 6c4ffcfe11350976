using System.Text.Json;
using System.Text.Unicode;

namespace CommitRelay.Performance.Json;

/// <summary>Finds a path in a whole JSON text, all of which is checked. Answers as <see cref="JsonPath"/> does.</summary>
internal static class JsonLocator
{
    /// <param name="buffer">The text, and behind it, if the fast way is to be taken, <see cref="JsonCheck.Slack"/> bytes more.</param>
    /// <param name="length">How long the text is.</param>
    /// <param name="path">The path.</param>
    /// <returns>Where the value starts; -1 when there is none.</returns>
    /// <exception cref="JsonException">The text is not one JSON value.</exception>
    internal static unsafe int Find(ReadOnlySpan<byte> buffer, int length, ReadOnlySpan<JsonPathSegment> path)
    {
        var json = buffer[..length];
        fixed (byte* text = buffer)
        {
            if (JsonCheck.IsSupported && buffer.Length - length >= JsonCheck.Slack && JsonCheck.IsValid(text, length))
                return JsonPath.TryFind(json, path, out var start) ? start : -1;
        }

        return Utf8.IsValid(json) ? FindInOnePass(json, path) : throw new JsonException("The text is no UTF-8.");
    }

    /// <summary>Where the fast check cannot tell.</summary>
    private static int FindInOnePass(ReadOnlySpan<byte> json, ReadOnlySpan<JsonPathSegment> path)
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
