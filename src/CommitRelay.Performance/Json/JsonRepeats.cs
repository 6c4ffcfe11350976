using System.Text;
using System.Text.Json;

namespace CommitRelay.Performance.Json;

/// <summary>Watches the tokens of a text for a member name that stands twice in one object. Memory: the names of the open objects.</summary>
internal sealed class JsonRepeats
{
    private readonly Stack<HashSet<string>> _open = new();

    /// <summary>The offset of the first repeated name in a valid value; -1 when there is none.</summary>
    public static int Find(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        var repeats = new JsonRepeats();
        while (reader.Read())
        {
            if (repeats.IsRepeat(ref reader))
                return (int)reader.TokenStartIndex;
        }

        return -1;
    }

    /// <summary>Takes the next token; true when it is a name that its object already has.</summary>
    public bool IsRepeat(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                _open.Push(new HashSet<string>(StringComparer.Ordinal));
                return false;
            case JsonTokenType.EndObject:
                _open.Pop();
                return false;
            default:
                return reader.TokenType == JsonTokenType.PropertyName && !_open.Peek().Add(Name(reader.ValueSpan));
        }
    }

    /// <summary>Names with lone surrogates have no text; their raw form stands for them.</summary>
    private static string Name(ReadOnlySpan<byte> raw) => JsonText.ToText(raw) ?? "\0" + Encoding.Latin1.GetString(raw);
}
