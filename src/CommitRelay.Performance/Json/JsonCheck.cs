using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text.Unicode;

namespace CommitRelay.Performance.Json;

/// <summary>
/// A fast yes to "is this one valid JSON value?", for text that lies whole in a buffer. A no may also mean that it cannot tell (nesting beyond 64 levels,
/// a number at the root that digits follow); <see cref="JsonValidator"/> then has the last word, and knows the place.
/// </summary>
internal static unsafe class JsonCheck
{
    /// <summary>Bytes behind the text that must be readable; what they hold does not matter.</summary>
    public const int Slack = 32;

    private const int MostLevels = 64;

    public static bool IsSupported => Vector128.IsHardwareAccelerated;

    /// <summary>Whether the text is one value, and blanks around it.</summary>
    public static bool IsValid(byte* text, int length)
    {
        var end = text + length;
        var behind = SkipValue(text, end);
        return behind != null && SkipBlanks(behind, end) == end;
    }

    /// <summary>Behind the value at the start (blanks before it allowed), when it is valid; null when it is broken, cut short, or hard to tell.</summary>
    public static byte* SkipValue(byte* text, byte* end)
    {
        var none = default(NoMembers);
        return SkipValue(text, end, ref none);
    }

    /// <summary>Behind the value at the start (blanks before it allowed), when it is valid; null when it is broken, cut short, or hard to tell.</summary>
    /// <param name="at">The text.</param>
    /// <param name="end">Behind it.</param>
    /// <param name="members">Told of the members of the value itself, not of those inside them; a struct, so that the calls cost nothing where nobody listens.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static byte* SkipValue<TMembers>(byte* at, byte* end, ref TMembers members)
        where TMembers : struct, IMemberListener
    {
        var text = at;
        var arrays = 0UL;
        var depth = 0;
        var high = Vector128<byte>.Zero;

    Value:
        at = SkipBlanks(at, end);
        if (at >= end)
            return null;
        switch (*at)
        {
            case (byte)'"':
                at = SkipText(at + 1, end, ref high);
                goto After;
            case (byte)'{' or (byte)'[':
                var isArray = *at == '[';
                if (depth++ == MostLevels)
                    return null;
                arrays = (arrays << 1) | (isArray ? 1UL : 0UL);
                at = SkipBlanks(at + 1, end);
                if (*at == (isArray ? ']' : '}'))
                    goto Close;
                if (isArray)
                    goto Value;
                goto Name;
            case (byte)'t' or (byte)'n' or (byte)'f':
                at = SkipLiteral(at);
                goto After;
            default:
                at = SkipNumber(at);
                goto After;
        }

    Name:
        at = SkipBlanks(at, end);
        if (at >= end || *at != '"')
            return null;
        var name = at + 1;
        at = SkipText(name, end, ref high);
        if (depth == 1 && at <= end)
            members.Take(name, (int)(at - name) - 1);
        at = SkipBlanks(at, end);
        if (*at++ != ':')
            return null;
        goto Value;

    Close:
        at++;
        depth--;
        arrays >>= 1;

    After:
        if (at > end || at < text)
            return null;
        if (depth == 0)
            return high.ExtractMostSignificantBits() == 0 || Utf8.IsValid(new ReadOnlySpan<byte>(text, (int)(at - text))) ? at : null;
        at = SkipBlanks(at, end);
        if (*at == ((arrays & 1) != 0 ? ']' : '}'))
            goto Close;
        if (*at++ != ',')
            return null;
        if ((arrays & 1) != 0)
            goto Value;
        goto Name;
    }

    /// <summary>Behind blanks, at most at the end. Most tokens have none or one before them, indented ones a line feed and a run.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* SkipBlanks(byte* at, byte* end)
    {
        if (*at > ' ' || at >= end)
            return at;
        if (*at == ' ' && at[1] > ' ')
            return at + 1;
        return SkipRun(at, end);
    }

    private static byte* SkipRun(byte* at, byte* end)
    {
        for (; at < end; at += Vector128<byte>.Count)
        {
            var bytes = Vector128.Load(at);
            var blanks = Vector128.Equals(bytes, Vector128.Create((byte)' ')) | Vector128.Equals(bytes, Vector128.Create((byte)'\n'))
                | Vector128.Equals(bytes, Vector128.Create((byte)'\r')) | Vector128.Equals(bytes, Vector128.Create((byte)'\t'));
            var others = ~blanks.ExtractMostSignificantBits() & 0xFFFF;
            if (others != 0)
                return Min(at + BitOperations.TrailingZeroCount(others), end);
        }

        return end;
    }

    private static byte* Min(byte* x, byte* y) => x < y ? x : y;

    /// <summary>Behind the closing quote; beyond the end when the text is broken. Collects the bytes, so that UTF-8 is looked at only where there is some.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* SkipText(byte* at, byte* end, ref Vector128<byte> high)
    {
        while (at < end)
        {
            var bytes = Vector128.Load(at);
            high |= bytes;
            var stops = (Vector128.Equals(bytes, Vector128.Create((byte)'"')) | Vector128.Equals(bytes, Vector128.Create((byte)'\\'))
                | Vector128.LessThan(bytes, Vector128.Create((byte)0x20))).ExtractMostSignificantBits();
            if (stops == 0)
            {
                at += Vector128<byte>.Count;
                continue;
            }

            at += BitOperations.TrailingZeroCount(stops);
            if (*at == '"')
                return at + 1;
            if (*at != '\\')
                break;
            at = SkipEscape(at);
        }

        return end + 1;
    }

    /// <summary>Behind an escape; at a control byte, which fails the text, when it is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static byte* SkipEscape(byte* at)
    {
        if (at[1] is (byte)'"' or (byte)'\\' or (byte)'n' or (byte)'/' or (byte)'r' or (byte)'t' or (byte)'b' or (byte)'f')
            return at + 2;
        var isHex = at[1] == 'u' && char.IsAsciiHexDigit((char)at[2]) && char.IsAsciiHexDigit((char)at[3]) && char.IsAsciiHexDigit((char)at[4]) && char.IsAsciiHexDigit((char)at[5]);
        return isHex ? at + 6 : BrokenText;
    }

    /// <summary>Where a broken number, literal or escape leads: a control byte with nothing valid behind it, far from any text.</summary>
    private static byte* BrokenText => (byte*)Unsafe.AsPointer(ref Unsafe.AsRef(in Broken[0]));

    private static ReadOnlySpan<byte> Broken => new byte[64];

    private static byte* SkipLiteral(byte* at)
    {
        const uint True = 0x65757274, Null = 0x6C6C756E, Alse = 0x65736C61;
        if (*(uint*)at is True or Null)
            return at + 4;
        return *at == 'f' && *(uint*)(at + 1) == Alse ? at + 5 : BrokenText;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static byte* SkipNumber(byte* at)
    {
        if (*at == '-')
            at++;
        if (*at == '0')
            at++;
        else if (!SkipDigits(ref at))
            return BrokenText;
        if (*at == '.')
        {
            at++;
            if (!SkipDigits(ref at))
                return BrokenText;
        }

        if ((*at | 0x20) != 'e')
            return at;
        at += at[1] is (byte)'+' or (byte)'-' ? 2 : 1;
        return SkipDigits(ref at) ? at : BrokenText;
    }

    private static bool SkipDigits(ref byte* at)
    {
        var start = at;
        while (char.IsAsciiDigit((char)*at))
            at++;
        return at > start;
    }

    /// <summary>Hears of a value's own members while it is checked; what it heard counts only when the value is valid.</summary>
    public interface IMemberListener
    {
        /// <param name="name">Behind the name's opening quote; the name is still escaped, and the value follows behind quote, blanks and colon.</param>
        /// <param name="length">The name's length.</param>
        void Take(byte* name, int length);
    }

    private readonly struct NoMembers : IMemberListener
    {
        public void Take(byte* name, int length)
        {
        }
    }
}
