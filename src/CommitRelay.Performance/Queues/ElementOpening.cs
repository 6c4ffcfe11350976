namespace CommitRelay.Performance.Queues;

/// <summary>
/// How elements open in a file: the line feed, the indentation and the bracket; or in a compact file the comma, perhaps a space, the bracket and the first
/// member's name. Where reading must start anew, the next text that reads so is taken for an element.
/// </summary>
internal sealed class ElementOpening
{
    private readonly byte[] _text;

    /// <summary>Where in the text the bracket stands.</summary>
    private readonly int _bracket;
    private readonly bool _followsComma;

    private ElementOpening(ReadOnlySpan<byte> before, ReadOnlySpan<byte> fromBracket, bool followsComma)
    {
        _text = [.. before, .. fromBracket];
        _bracket = before.Length;
        _followsComma = followsComma;
        BracketAt = followsComma ? ", ".Length : _bracket;
    }

    /// <summary>How many bytes must be looked at to know one.</summary>
    public int Length => BracketAt - _bracket + _text.Length;

    /// <summary>How many of them stand before the bracket.</summary>
    public int BracketAt { get; }

    /// <param name="text">What stands around the element, nothing before the array.</param>
    /// <param name="bracket">Where the element opens.</param>
    /// <param name="isLines">Whether elements are the lines of the file.</param>
    public static ElementOpening Of(ReadOnlySpan<byte> text, int bracket, bool isLines)
    {
        var before = text[..bracket];
        var lineFeed = before.LastIndexOf((byte)'\n');
        var isOwnLine = lineFeed >= 0 && !before[lineFeed..].ContainsAnyExcept(" \t\r\n"u8);
        if (isOwnLine || isLines)
            return new ElementOpening(isOwnLine ? before[lineFeed..] : "\n"u8, text.Slice(bracket, 1), followsComma: false);
        return new ElementOpening([], FirstName(text[bracket..]), followsComma: true);
    }

    /// <summary>Where the first bracket that opens so stands, <see cref="BracketAt"/> or more behind the start; -1 when there is none.</summary>
    public int FindIn(ReadOnlySpan<byte> text)
    {
        for (var at = BracketAt - _bracket; at < text.Length && text[at..].IndexOf(_text) is >= 0 and var step; at += step + 1)
        {
            if (!_followsComma || IsBehindComma(text[..(at + step)]))
                return at + step + _bracket;
        }

        return -1;
    }

    /// <summary>Writers of one line put one space behind a comma, or none.</summary>
    private static bool IsBehindComma(ReadOnlySpan<byte> before) => before[^1] == ',' || (before[^1] == ' ' && before[^2] == ',');

    /// <summary>From an element's bracket to the closing quote of its first name; where that is not near, to the opening one.</summary>
    private static ReadOnlySpan<byte> FirstName(ReadOnlySpan<byte> element)
    {
        const int Near = 32;
        element = element[..Math.Min(Near, element.Length)];
        if (!element.StartsWith("{\""u8))
            return element[0] == '[' ? "["u8 : "{\""u8;
        var name = element[2..];
        var end = name.IndexOfAny((byte)'"', (byte)'\\');
        return end >= 0 && name[end] == '"' ? element[..(end + 3)] : element[..2];
    }
}
