namespace CommitRelay.Performance.Events;

/// <summary>The one rule of an encoded event: something, on one line.</summary>
internal static class EventLine
{
    public static ReadOnlySpan<byte> Checked(ReadOnlySpan<byte> utf8)
    {
        if (utf8.EndsWith("\n"u8))
            utf8 = utf8[..^1];
        if (utf8.IsEmpty)
            throw new ArgumentException("An event line must not be empty.", nameof(utf8));
        var feed = utf8.IndexOf((byte)'\n');
        if (feed >= 0)
            throw new ArgumentException($"An event is one line; this one holds a line feed at byte {feed}.", nameof(utf8));
        return utf8;
    }
}
