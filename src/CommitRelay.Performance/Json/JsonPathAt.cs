using System.Text.Json;

namespace CommitRelay.Performance.Json;

/// <summary>Tells where in a JSON value a text breaks off.</summary>
internal static class JsonPathAt
{
    private const int Deepest = 10_000;

    /// <summary>
    /// The path to the innermost value whose beginning was met and that is not closed, such as <c>.context.items</c>: what a byte behind the text belongs to.
    /// Items of arrays have no number there: which one a broken text means cannot be told. Goes as far as the text is valid.
    /// </summary>
    /// <param name="json">The beginning of one JSON value.</param>
    public static string EndOf(ReadOnlySpan<byte> json)
    {
        var names = new Stack<string?>();
        string? name = null;
        var reader = new Utf8JsonReader(json, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = Deepest }));
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        name = JsonText.ToText(reader.ValueSpan);
                        continue;
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        names.Push(name);
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        names.Pop();
                        break;
                    default:
                        break;
                }

                name = null;
            }
        }
        catch (JsonException)
        {
            // Here the text is broken: the way so far is the answer.
        }

        return string.Concat(names.Reverse().Append(name).OfType<string>().Select(step => JsonPathSegment.OfName(step).ToString()));
    }
}
