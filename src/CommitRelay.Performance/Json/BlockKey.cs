using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace CommitRelay.Performance.Json;

/// <summary>A member name that the block scanner can look for while it classifies bytes.</summary>
internal readonly struct BlockKey
{
    /// <summary>Longer names would need more look-ahead behind a block than the buffer promises.</summary>
    public const int LongestName = 64;

    private readonly byte[] _text;
    private readonly ulong _head;
    private readonly ulong _headMask;
    private readonly ulong _tail;

    public BlockKey(byte[] name)
    {
        _text = [(byte)'"', .. name, (byte)'"'];
        Span<byte> head = stackalloc byte[8];
        _text.AsSpan(0, Math.Min(8, _text.Length)).CopyTo(head);
        _head = BinaryPrimitives.ReadUInt64LittleEndian(head);
        _headMask = _text.Length >= 8 ? ulong.MaxValue : (1UL << (8 * _text.Length)) - 1;
        _tail = _text.Length > 8 ? BinaryPrimitives.ReadUInt64LittleEndian(_text.AsSpan(_text.Length - 8)) : 0;
        First = _text[1];
        ClosingQuote = _text.Length - 1;
        foreach (var b in name)
            EscapeDigits |= (ushort)(1 << (b >> 4));
    }

    /// <summary>The byte behind the opening quote.</summary>
    public byte First { get; }

    /// <summary>How far behind the opening quote the closing one stands.</summary>
    public int ClosingQuote { get; }

    /// <summary>Bit n: a <c>\u00n…</c> escape can spell one of the name's characters.</summary>
    public ushort EscapeDigits { get; }

    /// <summary>
    /// Only names of printable ASCII without quote, backslash and slash: nothing but a <c>\u00</c> escape can spell those in another way.
    /// </summary>
    public static bool CanFind(ReadOnlySpan<byte> name)
        => name.Length <= LongestName && !name.ContainsAnyExceptInRange((byte)0x20, (byte)0x7E) && name.IndexOfAny((byte)'"', (byte)'\\', (byte)'/') < 0;

    /// <summary>Whether the name, in its quotes, stands here. At least 80 bytes must be readable.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe bool IsAt(byte* quote)
    {
        if ((*(ulong*)quote & _headMask) != _head)
            return false;
        if (ClosingQuote < 8)
            return true;
        return *(ulong*)(quote + ClosingQuote - 7) == _tail && (ClosingQuote < 16 || new ReadOnlySpan<byte>(quote, ClosingQuote).SequenceEqual(_text.AsSpan(0, ClosingQuote)));
    }
}
