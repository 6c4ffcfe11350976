using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CommitRelay.Performance.Json;

internal unsafe partial struct BlockScanner
{
    /// <summary>A block in two vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private int Scan256<TKeys>(byte* text, int blocks, BlockEvents* found)
        where TKeys : struct, IKeys
    {
        Vector256<byte> first1 = Vector256.Create(_first1), first2 = Vector256.Create(_first2);
        nint close1 = _close1, close2 = _close2;
        ulong inText = _inText, escaped = _escaped;
        var next = found;
        for (var start = 0; start < blocks * BlockSize; start += BlockSize, text += BlockSize)
        {
            Classify256<TKeys>(text, first1, close1, first2, close2, out var quotes, out var backslashes, out var brackets, out var inside, out var candidates);
            Classify256<TKeys>(text + 32, first1, close1, first2, close2, out var quotes2, out var backslashes2, out var brackets2, out var inside2, out var candidates2);
            var bits = Events(
                quotes | (quotes2 << 32), backslashes | (backslashes2 << 32), brackets | (brackets2 << 32),
                inside | (inside2 << 32), candidates | (candidates2 << 32), ref escaped, ref inText);
            next = Add(bits, start, next);
        }

        (_inText, _escaped) = (inText, escaped);
        return (int)(next - found);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Classify256<TKeys>(byte* text, Vector256<byte> first1, nint close1, Vector256<byte> first2, nint close2, out ulong quotes, out ulong backslashes, out ulong brackets, out ulong inside, out ulong candidates)
        where TKeys : struct, IKeys
    {
        var bytes = Vector256.Load(text);
        var quote = Vector256.Create((byte)'"');
        var backslash = Vector256.Equals(bytes, Vector256.Create((byte)'\\'));
        var bracket = Vector256.Equals((bytes - Vector256.Create(FirstBracket)) & Vector256.Create(NotBracketBits), Vector256<byte>.Zero);
        var control = Vector256.LessThan(bytes, Vector256.Create((byte)0x20));
        candidates = 0;
        if (TKeys.Count > 0)
        {
            var second = Vector256.Load(text + 1);
            control |= Vector256.Equals(second, Vector256.Create((byte)'u')) & backslash;
            var keys = Vector256.Equals(second, first1) & Vector256.Equals(Vector256.Load(text + close1), quote);
            if (TKeys.Count > 1)
                keys |= Vector256.Equals(second, first2) & Vector256.Equals(Vector256.Load(text + close2), quote);
            candidates = keys.ExtractMostSignificantBits();
        }

        quotes = Vector256.Equals(bytes, quote).ExtractMostSignificantBits();
        backslashes = backslash.ExtractMostSignificantBits();
        brackets = bracket.ExtractMostSignificantBits();
        inside = control.ExtractMostSignificantBits();
    }
}
