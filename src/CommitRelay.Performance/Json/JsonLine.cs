using System.Buffers;

namespace CommitRelay.Performance.Json;

/// <summary>Makes one line of a JSON value that lies on several: blanks outside texts go, all else stays byte for byte.</summary>
public static class JsonLine
{
    /// <summary>Writes a value without the blanks between its parts.</summary>
    /// <param name="json">One valid JSON value; blanks around it go too.</param>
    /// <param name="output">Gets the line, without a line feed.</param>
    public static void Write(ReadOnlySpan<byte> json, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var target = output.GetSpan(json.Length);
        var written = 0;
        for (var at = 0; at < json.Length;)
        {
            // Texts are copied whole: a blank in one is content.
            var end = json[at] == (byte)'"' ? JsonText.SkipText(json, at) : at + 1;
            if (end - at > 1 || !JsonText.IsBlank(json[at]))
            {
                json[at..end].CopyTo(target[written..]);
                written += end - at;
            }

            at = end;
        }

        output.Advance(written);
    }
}
