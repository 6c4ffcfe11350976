using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CommitRelay.Performance.Json;

internal unsafe partial struct BlockScanner
{
    /// <summary>A block in two vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private int Scan256<TKeys>(byte* text, int blocks, int position, int* events)
        where TKeys : struct, IKeys
    {
        Vector256<byte> first1 = Vector256.Create(_first1), first2 = Vector256.Create(_first2);
        nint close1 = _close1, close2 = _close2;
        ulong inText = _inText, escaped = _escaped;
        var next = events;
        for (var end = position + (blocks * BlockSize); position < end; position += BlockSize, text += BlockSize)
        {
            Classify256<TKeys>(text, first1, close1, first2, close2, out var quotes, out var backslashes, out var brackets, out var inside, out var candidates);
            Classify256<TKeys>(text + 32, first1, close1, first2, close2, out var quotes2, out var backslashes2, out var brackets2, out var inside2, out var candidates2);
            var found = Events(
                quotes | (quotes2 << 32), backslashes | (backslashes2 << 32), brackets | (brackets2 << 32),
                inside | (inside2 << 32), candidates | (candidates2 << 32), ref escaped, ref inText);
            next = Write(found, position, next);
        }

        (_inText, _escaped) = (inText, escaped);
        return (int)(next - events);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Classify256<TKeys>(byte* text, Vector256<byte> first1, nint close1, Vector256<byte> first2, nint close2, out ulong quotes, out ulong backslashes, out ulong brackets, out ulong inside, out ulong candidates)
        where TKeys : struct, IKeys
    {
        var bytes = Vector256.Load(text);
        var quote = Vector256.Create((byte)'"');
        var backslash = Vector256.Equals(bytes, Vector256.Create((byte)'\\'));
        var folded = bytes | Vector256.Create((byte)0x20);
        var bracket = Vector256.Equals(folded, Vector256.Create((byte)'{')) | Vector256.Equals(folded, Vector256.Create((byte)'}'));
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
