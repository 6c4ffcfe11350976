using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CommitRelay.Performance.Json;

internal unsafe partial struct BlockScanner
{
    /// <summary>A block in one vector. No branch depends on the text, and key bytes are loaded where they would stand: cheaper than shifting masks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private int Scan512<TKeys>(byte* text, int blocks, BlockEvents* found)
        where TKeys : struct, IKeys
    {
        var quote = Vector512.Create((byte)'"');
        // Copies: a write through found might be one to a field, for all the compiler knows, so that fields would be loaded again for each block.
        Vector512<byte> first1 = Vector512.Create(_first1), first2 = Vector512.Create(_first2);
        nint close1 = _close1, close2 = _close2;
        ulong inText = _inText, escaped = _escaped;
        var next = found;
        for (var start = 0; start < blocks * BlockSize; start += BlockSize, text += BlockSize)
        {
            var bytes = Vector512.Load(text);
            var backslashes = Vector512.Equals(bytes, Vector512.Create((byte)'\\')).ExtractMostSignificantBits();
            var brackets = Vector512.Equals((bytes - Vector512.Create(FirstBracket)) & Vector512.Create(NotBracketBits), Vector512<byte>.Zero).ExtractMostSignificantBits();
            var inside = Vector512.LessThan(bytes, Vector512.Create((byte)0x20)).ExtractMostSignificantBits();
            var candidates = 0UL;
            if (TKeys.Count > 0)
            {
                var second = Vector512.Load(text + 1);
                inside |= Vector512.Equals(second, Vector512.Create((byte)'u')).ExtractMostSignificantBits() & backslashes;
                var keys = Vector512.Equals(second, first1) & Vector512.Equals(Vector512.Load(text + close1), quote);
                if (TKeys.Count > 1)
                    keys |= Vector512.Equals(second, first2) & Vector512.Equals(Vector512.Load(text + close2), quote);
                candidates = keys.ExtractMostSignificantBits();
            }

            var bits = Events(Vector512.Equals(bytes, quote).ExtractMostSignificantBits(), backslashes, brackets, inside, candidates, ref escaped, ref inText);
            next = Add(bits, start, next);
        }

        (_inText, _escaped) = (inText, escaped);
        return (int)(next - found);
    }
}
