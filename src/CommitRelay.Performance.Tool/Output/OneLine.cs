using System.Buffers;

namespace CommitRelay.Performance.Tool;

/// <summary>Writes a JSON value on one line: line feeds and carriage returns outside strings are left out, every other byte stays.</summary>
internal static class OneLine
{
    private static readonly SearchValues<byte> Breaks = SearchValues.Create("\"\r\n"u8);

    public static void Write(ReadOnlySpan<byte> json, Stream output)
    {
        while (json.IndexOfAny(Breaks) is >= 0 and var at)
        {
            // A valid string holds no raw line feed, so it is taken whole.
            var end = json[at] == '"' ? at + 1 + StringLength(json[(at + 1)..]) : at;
            output.Write(json[..end]);
            json = json[(json[at] == '"' ? end : at + 1)..];
        }

        output.Write(json);
    }

    /// <summary>Behind the closing quote.</summary>
    private static int StringLength(ReadOnlySpan<byte> text)
    {
        for (var at = 0; at < text.Length; at += 2)
        {
            var step = text[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (step < 0)
                break;
            at += step;
            if (text[at] == '"')
                return at + 1;
        }

        return text.Length;
    }
}
