namespace CommitRelay.Performance.Json;

/// <summary>Which vectors the block scanner uses.</summary>
internal enum ScanWidth
{
    /// <summary>The widest the hardware has.</summary>
    Best,

    /// <summary>No vectors: the oracle of the others, and what runs where there are none.</summary>
    Scalar,

    Vector128,

    Vector256,

    Vector512,
}

/// <summary>
/// Classifies JSON text 64 bytes at a time and writes down where something happens that a reader of elements must look at. Commas, colons,
/// numbers and blanks are never looked at. Quote and escape state carries from block to block, so a text may be cut anywhere.
/// </summary>
/// <remarks>
/// What is written down, in order of position: brackets outside texts; raw control bytes inside texts; where keys are sought, opening quotes
/// that may start one of them (right first byte, closing quote in the right place), and backslashes with a <c>u</c> behind them.
/// </remarks>
internal unsafe partial struct BlockScanner
{
    public const int BlockSize = 64;

    /// <summary>Bytes that must be readable behind a block.</summary>
    public const int LookAhead = 80;

    private readonly ScanWidth _width;
    private readonly int _keyCount;
    private readonly byte _first1;
    private readonly byte _first2;
    private readonly int _close1;
    private readonly int _close2;
    private ulong _inText;
    private ulong _escaped;

    /// <param name="width">The vectors to use.</param>
    /// <param name="keys">At most two keys to look for.</param>
    public BlockScanner(ScanWidth width, ReadOnlySpan<BlockKey> keys)
    {
        _width = Resolve(width);
        _keyCount = keys.Length;
        if (keys.Length > 0)
            (_first1, _close1) = (keys[0].First, keys[0].ClosingQuote);
        if (keys.Length > 1)
            (_first2, _close2) = (keys[1].First, keys[1].ClosingQuote);
    }

    /// <summary>Whether the last block ended inside a text.</summary>
    public readonly bool InText => _inText != 0;

    /// <summary>Forgets quote and escape state: the next block starts outside texts.</summary>
    public void Restart() => _inText = _escaped = 0;

    /// <summary>Whether the hardware runs a width without emulation.</summary>
    public static bool IsSupported(ScanWidth width) => Resolve(width) == width;

    /// <summary>Scans whole blocks.</summary>
    /// <param name="text">The first block; <see cref="LookAhead"/> bytes behind the last must be readable.</param>
    /// <param name="blocks">How many.</param>
    /// <param name="position">The number by which the first byte goes.</param>
    /// <param name="events">Room for 64 positions a block and 4 more.</param>
    /// <returns>How many positions were written.</returns>
    public int Scan(byte* text, int blocks, int position, int* events)
        => ScanScalar(text, blocks, position, events);

    private static ScanWidth Resolve(ScanWidth width)
    {
        return ScanWidth.Scalar;
    }
}
