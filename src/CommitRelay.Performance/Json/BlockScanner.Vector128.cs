using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CommitRelay.Performance.Json;

internal unsafe partial struct BlockScanner
{
    /// <summary>A block in four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private int Scan128<TKeys>(byte* text, int blocks, BlockEvents* found)
        where TKeys : struct, IKeys
    {
        Vector128<byte> first1 = Vector128.Create(_first1), first2 = Vector128.Create(_first2);
        nint close1 = _close1, close2 = _close2;
        ulong inText = _inText, escaped = _escaped;
        var next = found;
        for (var start = 0; start < blocks * BlockSize; start += BlockSize, text += BlockSize)
        {
            ulong quotes = 0, backslashes = 0, brackets = 0, inside = 0, candidates = 0;
            for (var part = 0; part < BlockSize; part += Vector128<byte>.Count)
                Classify128<TKeys>(text + part, part, first1, close1, first2, close2, ref quotes, ref backslashes, ref brackets, ref inside, ref candidates);
            var bits = Events(quotes, backslashes, brackets, inside, candidates, ref escaped, ref inText);
            next = Add(bits, start, next);
        }

        (_inText, _escaped) = (inText, escaped);
        return (int)(next - found);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Classify128<TKeys>(byte* text, int shift, Vector128<byte> first1, nint close1, Vector128<byte> first2, nint close2, ref ulong quotes, ref ulong backslashes, ref ulong brackets, ref ulong inside, ref ulong candidates)
        where TKeys : struct, IKeys
    {
        var bytes = Vector128.Load(text);
        var quote = Vector128.Create((byte)'"');
        var backslash = Vector128.Equals(bytes, Vector128.Create((byte)'\\'));
        var bracket = Vector128.Equals((bytes - Vector128.Create(FirstBracket)) & Vector128.Create(NotBracketBits), Vector128<byte>.Zero);
        var control = Vector128.LessThan(bytes, Vector128.Create((byte)0x20));
        if (TKeys.Count > 0)
        {
            var second = Vector128.Load(text + 1);
            control |= Vector128.Equals(second, Vector128.Create((byte)'u')) & backslash;
            var keys = Vector128.Equals(second, first1) & Vector128.Equals(Vector128.Load(text + close1), quote);
            if (TKeys.Count > 1)
                keys |= Vector128.Equals(second, first2) & Vector128.Equals(Vector128.Load(text + close2), quote);
            candidates |= (ulong)keys.ExtractMostSignificantBits() << shift;
        }

        quotes |= (ulong)Vector128.Equals(bytes, quote).ExtractMostSignificantBits() << shift;
        backslashes |= (ulong)backslash.ExtractMostSignificantBits() << shift;
        brackets |= (ulong)bracket.ExtractMostSignificantBits() << shift;
        inside |= (ulong)control.ExtractMostSignificantBits() << shift;
    }
}
