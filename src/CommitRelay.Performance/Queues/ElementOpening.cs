namespace CommitRelay.Performance.Queues;

/// <summary>
/// How elements open in a file: the line feed, the indentation and the bracket; or in a compact file the comma, the bracket and the first member's name.
/// Where reading must start anew, the next text that reads so is taken for an element.
/// </summary>
internal sealed class ElementOpening
{
    private readonly byte[] _text;

    private ElementOpening(byte[] text)
    {
        _text = text;
        BracketAt = Array.IndexOf(text, (byte)'{');
    }

    public int Length => _text.Length;

    /// <summary>How far behind its start the bracket stands.</summary>
    public int BracketAt { get; }

    /// <param name="text">What stands around the element.</param>
    /// <param name="bracket">Where the element opens.</param>
    /// <param name="isLines">Whether elements are the lines of the file.</param>
    public static ElementOpening Of(ReadOnlySpan<byte> text, int bracket, bool isLines)
    {
        var before = text[..bracket];
        var lineFeed = before.LastIndexOf((byte)'\n');
        var isOwnLine = lineFeed >= 0 && !before[lineFeed..].ContainsAnyExcept(" \t\r\n"u8);
        return new ElementOpening(isOwnLine ? [.. before[lineFeed..], (byte)'{'] : isLines ? [.. "\n{"u8] : [(byte)',', .. FirstName(text[bracket..])]);
    }

    /// <summary>Where the first bracket that opens so stands; -1 when there is none.</summary>
    public int FindIn(ReadOnlySpan<byte> text) => text.IndexOf(_text) is >= 0 and var found ? found + BracketAt : -1;

    /// <summary>From an element's bracket to the closing quote of its first name; where that is not near, to the opening one.</summary>
    private static ReadOnlySpan<byte> FirstName(ReadOnlySpan<byte> element)
    {
        const int Near = 32;
        element = element[..Math.Min(Near, element.Length)];
        if (!element.StartsWith("{\""u8))
            return "{\""u8;
        var name = element[2..];
        var end = name.IndexOfAny((byte)'"', (byte)'\\');
        return end >= 0 && name[end] == '"' ? element[..(end + 3)] : element[..2];
    }
}
