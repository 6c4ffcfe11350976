using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Aes = System.Runtime.Intrinsics.Arm.Aes;

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

    /// <summary>Blocks scanned at a time: 64 KiB of text, so that few elements lie across two scans.</summary>
    public const int MostBlocks = 1024;

    /// <summary>The four brackets are this one, alone or with the bits that <see cref="NotBracketBits"/> leaves out added to it: 0x5B, 0x5D, 0x7B, 0x7D.</summary>
    private const byte FirstBracket = (byte)'[';
    private const byte NotBracketBits = 0xDD;

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

    /// <summary>Whether this machine runs a width without emulating it.</summary>
    public static bool IsSupported(ScanWidth width) => width switch
    {
        ScanWidth.Vector512 => Vector512.IsHardwareAccelerated,
        ScanWidth.Vector256 => Vector256.IsHardwareAccelerated,
        ScanWidth.Vector128 => Vector128.IsHardwareAccelerated,
        _ => true,
    };

    /// <summary>Scans whole blocks.</summary>
    /// <param name="text">The first block; <see cref="LookAhead"/> bytes behind the last must be readable.</param>
    /// <param name="blocks">How many; at most <see cref="MostBlocks"/>.</param>
    /// <param name="position">The number by which the first byte goes.</param>
    /// <param name="events">Room for 64 positions a block and one more.</param>
    /// <param name="marks">Room for as many bytes: what stands at each position.</param>
    /// <returns>How many positions were written.</returns>
    [SkipLocalsInit]
    public int Scan(byte* text, int blocks, int position, int* events, byte* marks)
    {
        var found = stackalloc BlockEvents[MostBlocks + 1];
        return Write(text, found, FindEvents(text, blocks, found), position, events, marks);
    }

    /// <summary>Lists the blocks that hold events. In a loop of its own without a branch on the text: which blocks hold any is hard to foretell.</summary>
    private int FindEvents(byte* text, int blocks, BlockEvents* found) => (_width, _keyCount) switch
    {
        (ScanWidth.Vector512, 0) => Scan512<NoKeys>(text, blocks, found),
        (ScanWidth.Vector512, 1) => Scan512<OneKey>(text, blocks, found),
        (ScanWidth.Vector512, _) => Scan512<TwoKeys>(text, blocks, found),
        (ScanWidth.Vector256, 0) => Scan256<NoKeys>(text, blocks, found),
        (ScanWidth.Vector256, 1) => Scan256<OneKey>(text, blocks, found),
        (ScanWidth.Vector256, _) => Scan256<TwoKeys>(text, blocks, found),
        (ScanWidth.Vector128, 0) => Scan128<NoKeys>(text, blocks, found),
        (ScanWidth.Vector128, 1) => Scan128<OneKey>(text, blocks, found),
        (ScanWidth.Vector128, _) => Scan128<TwoKeys>(text, blocks, found),
        _ => ScanScalar(text, blocks, found),
    };

    private static ScanWidth Resolve(ScanWidth width) => width switch
    {
        ScanWidth.Best when Vector512.IsHardwareAccelerated => ScanWidth.Vector512,
        ScanWidth.Best when Vector256.IsHardwareAccelerated => ScanWidth.Vector256,
        ScanWidth.Best when Vector128.IsHardwareAccelerated => ScanWidth.Vector128,
        ScanWidth.Best => ScanWidth.Scalar,
        _ => width,
    };

    /// <summary>What the vectors have found in one block, one bit a byte, made into events; carries quote and escape state on.</summary>
    /// <param name="quotes">Quotes.</param>
    /// <param name="backslashes">Backslashes.</param>
    /// <param name="brackets">Brackets and braces.</param>
    /// <param name="inside">What matters inside texts: control bytes, backslashes before a <c>u</c>.</param>
    /// <param name="candidates">Bytes before something that may be a key.</param>
    /// <param name="escaped">1 when the block's first byte is escaped.</param>
    /// <param name="inText">All ones when the block starts inside a text.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Events(ulong quotes, ulong backslashes, ulong brackets, ulong inside, ulong candidates, ref ulong escaped, ref ulong inText)
    {
        // Bytes behind an odd run of backslashes, without a branch: a subtraction carries through each run, and its parity tells.
        const ulong OddBits = 0xAAAAAAAAAAAAAAAA;
        var starts = backslashes & ~escaped;
        var codes = (((starts << 1) | OddBits) - starts) ^ OddBits;
        quotes &= ~(codes ^ (backslashes | escaped));
        escaped = (codes & backslashes) >> 63;

        // From an opening quote (included) to its closing quote (excluded).
        var texts = PrefixXor(quotes) ^ inText;
        inText = (ulong)((long)texts >> 63);
        return (brackets & ~texts) | (((candidates & quotes) | inside) & texts);
    }

    /// <summary>Bit i becomes the parity of bits 0 to i.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong PrefixXor(ulong bits)
    {
        if (Pclmulqdq.IsSupported)
            return Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar(bits), Vector128<ulong>.AllBitsSet, 0).ToScalar();
        if (Aes.IsSupported)
            return Aes.PolynomialMultiplyWideningLower(Vector64.Create(bits), Vector64<ulong>.AllBitsSet).ToScalar();
        bits ^= bits << 1;
        bits ^= bits << 2;
        bits ^= bits << 4;
        bits ^= bits << 8;
        bits ^= bits << 16;
        return bits ^ (bits << 32);
    }

    /// <summary>Adds a block to the list if it holds events; without a branch, by writing it in any case.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static BlockEvents* Add(ulong bits, int start, BlockEvents* next)
    {
        *next = new BlockEvents(bits, start);
        return next + (bits == 0 ? 0 : 1);
    }

    /// <summary>Writes where events are and what stands there. Most blocks that hold any have at most two: those are written without asking whether they are there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int Write(byte* text, BlockEvents* found, int blocks, int position, int* events, byte* marks)
    {
        var count = 0;
        for (var end = found + blocks; found < end; found++)
        {
            var block = text + found->Start;
            var start = position + found->Start;
            var bits = found->Bits;
            var behind = count + BitOperations.PopCount(bits);
            WriteFirst(ref bits, block, start, events + count, marks + count);
            WriteFirst(ref bits, block, start, events + count + 1, marks + count + 1);
            for (count += 2; count < behind; count++)
                WriteFirst(ref bits, block, start, events + count, marks + count);
            count = behind;
        }

        return count;
    }

    /// <summary>Takes the lowest bit. Of no bits it makes the position behind the block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteFirst(ref ulong bits, byte* block, int start, int* position, byte* mark)
    {
        var at = BitOperations.TrailingZeroCount(bits);
        *position = start + at;
        *mark = block[at];
        bits &= bits - 1;
    }

    /// <summary>A block and its events, one bit a byte.</summary>
    private readonly struct BlockEvents(ulong bits, int start)
    {
        public readonly ulong Bits = bits;

        /// <summary>The block's first byte, from the first one scanned.</summary>
        public readonly int Start = start;
    }

    private interface IKeys
    {
        static abstract int Count { get; }
    }

    private readonly struct NoKeys : IKeys
    {
        public static int Count => 0;
    }

    private readonly struct OneKey : IKeys
    {
        public static int Count => 1;
    }

    private readonly struct TwoKeys : IKeys
    {
        public static int Count => 2;
    }
}
