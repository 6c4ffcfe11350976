using System.Buffers;
using System.Text.Json;

namespace CommitRelay.Performance.Json;

/// <summary>Lays a JSON value out as jq prints it: a member a line. Names, texts and numbers keep their spelling.</summary>
internal static class JsonLayout
{
    /// <param name="json">A valid JSON value.</param>
    /// <param name="lead">The line feed and indentation of the line that the value stands on.</param>
    /// <param name="unit">One step of indentation.</param>
    /// <param name="output">Gets the value, without anything before or behind it.</param>
    internal static void Write(ReadOnlySpan<byte> json, ReadOnlySpan<byte> lead, ReadOnlySpan<byte> unit, IBufferWriter<byte> output)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 512 });
        var previous = JsonTokenType.None;
        while (reader.Read())
        {
            var token = reader.TokenType;
            var closes = token is JsonTokenType.EndObject or JsonTokenType.EndArray;
            var opened = previous is JsonTokenType.StartObject or JsonTokenType.StartArray;
            if (!closes && previous is not (JsonTokenType.None or JsonTokenType.PropertyName) && !opened)
                output.Write(","u8);
            if (previous is not (JsonTokenType.None or JsonTokenType.PropertyName) && !(closes && opened))
                WriteLine(output, lead, unit, reader.CurrentDepth);
            output.Write(json[(int)reader.TokenStartIndex..(int)reader.BytesConsumed]);
            if (token == JsonTokenType.PropertyName)
                WriteColon(json, reader, output);
            previous = token;
        }
    }

    /// <summary>Writes a JSON value on one line: blanks between tokens are left out, all else keeps its spelling.</summary>
    internal static void WriteLine(ReadOnlySpan<byte> json, IBufferWriter<byte> output)
    {
        for (var at = JsonText.SkipBlanks(json, 0); at < json.Length; at = JsonText.SkipBlanks(json, at))
        {
            var end = json[at] == '"' ? JsonText.SkipText(json, at) : at + 1;
            while (end < json.Length && json[end] != '"' && !JsonText.IsBlank(json[end]))
                end++;
            output.Write(json[at..end]);
            at = end;
        }
    }

    private static void WriteLine(IBufferWriter<byte> output, ReadOnlySpan<byte> lead, ReadOnlySpan<byte> unit, int depth)
    {
        output.Write(lead);
        for (; depth > 0; depth--)
            output.Write(unit);
    }

    /// <summary>The reader takes the colon as part of the name's token when it follows; so it is there already or not.</summary>
    private static void WriteColon(ReadOnlySpan<byte> json, in Utf8JsonReader reader, IBufferWriter<byte> output)
        => output.Write(json[(int)reader.BytesConsumed - 1] == ':' ? " "u8 : ": "u8);
}
