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
    public const int Slack = 80;

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
    /// <param name="text">The text.</param>
    /// <param name="end">Behind it.</param>
    /// <param name="members">Told of the members of the value itself, not of those inside them; a struct, so that the calls cost nothing where nobody listens.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static byte* SkipValue<TMembers>(byte* text, byte* end, ref TMembers members)
        where TMembers : struct, IMemberListener
    {
        var at = SkipBlanks(text, end);
        if (at >= end)
            return null;
        var (depth, arrays, high) = (0, 0UL, 0UL);
        if (*at is (byte)'{' or (byte)'[')
            at = ToScalar(at, end, ref depth, ref arrays, ref high, ref members);
        else
            at = SkipScalar(at, end, ref high);
        while (depth > 0)
        {
            at = SkipScalar(at, end, ref high);
            if (at > end || at < text)
                return null;
            at = ToScalar(at, end, ref depth, ref arrays, ref high, ref members);
        }

        return at > end || at < text ? null : Finish(text, at, high);
    }

    /// <summary>Behind a valid value, unless its texts hold bytes that are no UTF-8.</summary>
    public static byte* Finish(byte* text, byte* behind, ulong high)
        => high == 0 || Utf8.IsValid(new ReadOnlySpan<byte>(text, (int)(behind - text))) ? behind : null;

    /// <summary>
    /// From behind a scalar, or at depth 0 from an opening bracket, to the next scalar, whatever brackets, commas and names lie between; or behind the
    /// bracket that closes the value, at depth 0 again. Null, and depth 0, when what lies there is broken or cut short.
    /// </summary>
    /// <param name="at">Where to go on.</param>
    /// <param name="end">Behind the text.</param>
    /// <param name="depth">Containers open.</param>
    /// <param name="arrays">Which of them are arrays, one bit each, the innermost the lowest.</param>
    /// <param name="high">Collects bytes of names.</param>
    /// <param name="members">Told of members at depth 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* ToScalar<TMembers>(byte* at, byte* end, ref int depth, ref ulong arrays, ref ulong high, ref TMembers members)
        where TMembers : struct, IMemberListener
    {
        if (depth == 0)
            goto Open;

    After:
        at = SkipBlanks(at, end);
        if (*at == ((arrays & 1) != 0 ? ']' : '}'))
            goto Close;
        if (*at++ != ',')
            goto Broken;
        if ((arrays & 1) != 0)
            goto Value;

    Name:
        at = SkipBlanks(at, end);
        if (at >= end || *at != '"')
            goto Broken;
        var name = at + 1;
        at = SkipText(name, end, ref high);
        var slot = depth == 1 && at <= end ? members.SlotOf(name, (int)(at - name) - 1) : -1;
        at = SkipBlanks(at, end);
        if (*at++ != ':')
            goto Broken;
        if (slot >= 0)
        {
            at = SkipBlanks(at, end);
            members.Take(slot, at);
        }

    Value:
        at = SkipBlanks(at, end);
        if (at >= end)
            goto Broken;
        if (*at is not ((byte)'{' or (byte)'['))
            return at;

    Open:
        if (depth++ == MostLevels)
            goto Broken;
        arrays = (arrays << 1) | (*at == '[' ? 1UL : 0UL);
        at = SkipBlanks(at + 1, end);
        if (*at == ((arrays & 1) != 0 ? ']' : '}'))
            goto Close;
        if ((arrays & 1) != 0)
            goto Value;
        goto Name;

    Close:
        at++;
        depth--;
        arrays >>= 1;
        if (at > end)
            goto Broken;
        if (depth > 0)
            goto After;
        return at;

    Broken:
        depth = 0;
        return null;
    }

    /// <summary>Behind the text, number or literal that begins here; beyond the end, or before the text, when it is broken. Collects the bytes of texts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* SkipScalar(byte* at, byte* end, ref ulong high) => *at == '"' ? SkipText(at + 1, end, ref high) : SkipOther(at);

    /// <summary>Behind the number or literal that begins here; at a control byte far from the text when there is none.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static byte* SkipOther(byte* at) => *at is (byte)'t' or (byte)'n' or (byte)'f' ? SkipLiteral(at) : SkipNumber(at);

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

    /// <summary>Behind the closing quote; beyond the end when the text is broken. Collects high bits, so that UTF-8 is looked at only where there is some.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* SkipText(byte* at, byte* end, ref ulong high)
    {
        while (at < end)
        {
            var stops = Stops(at, out var width, ref high);
            if (stops == 0)
            {
                at += width;
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

    /// <summary>Quotes, backslashes and control bytes among the next ones, one bit each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Stops(byte* at, out int width, ref ulong high)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            var bytes = Vector512.Load(at);
            width = Vector512<byte>.Count;
            high |= bytes.ExtractMostSignificantBits();
            return (Vector512.Equals(bytes, Vector512.Create((byte)'"')) | Vector512.Equals(bytes, Vector512.Create((byte)'\\'))
                | Vector512.LessThan(bytes, Vector512.Create((byte)0x20))).ExtractMostSignificantBits();
        }

        var fewer = Vector128.Load(at);
        width = Vector128<byte>.Count;
        high |= fewer.ExtractMostSignificantBits();
        return (Vector128.Equals(fewer, Vector128.Create((byte)'"')) | Vector128.Equals(fewer, Vector128.Create((byte)'\\'))
            | Vector128.LessThan(fewer, Vector128.Create((byte)0x20))).ExtractMostSignificantBits();
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

    /// <summary>Hears of a value's own members while it is checked, of one perhaps twice; what it heard counts only when the value is valid.</summary>
    public interface IMemberListener
    {
        /// <summary>A number from 0 on for a name that is wanted, always the same; -1 for any other.</summary>
        /// <param name="name">The name, still escaped.</param>
        /// <param name="length">The name's length.</param>
        int SlotOf(byte* name, int length);

        /// <param name="slot">Which of the wanted members it is.</param>
        /// <param name="value">Where its value begins, if the text is valid so far.</param>
        void Take(int slot, byte* value);
    }

    public readonly struct NoMembers : IMemberListener
    {
        public int SlotOf(byte* name, int length) => -1;

        public void Take(int slot, byte* value)
        {
        }
    }
}
