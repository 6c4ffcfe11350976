namespace CommitRelay.Performance.Queues;

/// <summary>Counts line feeds over parts of a text, to say on which line and column an offset lies.</summary>
internal struct LineCounter
{
    private long _lines;
    private long _lineStart;

    /// <summary>Bytes counted.</summary>
    public long Seen { get; private set; }

    public void Count(ReadOnlySpan<byte> part)
    {
        var last = part.LastIndexOf((byte)'\n');
        if (last >= 0)
        {
            _lines += part.Count((byte)'\n');
            _lineStart = Seen + last + 1;
        }

        Seen += part.Length;
    }

    /// <summary>Line and column of an offset that lies where counting has come to.</summary>
    public readonly (long Line, long Column) At(long offset) => (_lines + 1, offset - _lineStart + 1);
}
