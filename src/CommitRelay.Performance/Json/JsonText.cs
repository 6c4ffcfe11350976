using System.Buffers;
using System.Buffers.Text;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text;
using System.Text.Unicode;

namespace CommitRelay.Performance.Json;

/// <summary>
/// Steps over JSON text without judging it: on valid text every answer is right, on broken text it is some position inside the text.
/// </summary>
internal static class JsonText
{
    private static readonly SearchValues<byte> QuotesAndBrackets = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> EndsScalar = SearchValues.Create(",]} \n\r\t"u8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsBlank(byte b) => b is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';

    public static int SkipBlanks(ReadOnlySpan<byte> json, int at)
    {
        while (at < json.Length && IsBlank(json[at]))
            at++;
        return at;
    }

    /// <summary>The index behind the closing quote of the text that opens at <paramref name="at"/>; the length when it does not close.</summary>
    public static int SkipText(ReadOnlySpan<byte> json, int at)
    {
        for (at++; ;)
        {
            var step = at < json.Length ? json[at..].IndexOfAny((byte)'"', (byte)'\\') : -1;
            if (step < 0)
                return json.Length;
            at += step;
            if (json[at] == '"')
                return at + 1;
            at += 2;
        }
    }

    /// <summary>The index behind the value that starts at <paramref name="at"/>; the length when it does not end.</summary>
    public static int SkipValue(ReadOnlySpan<byte> json, int at)
    {
        if (at >= json.Length)
            return json.Length;
        if (json[at] == '"')
            return SkipText(json, at);
        if (json[at] is (byte)'{' or (byte)'[')
            return SkipContainer(json, at);
        var end = json[at..].IndexOfAny(EndsScalar);
        return end < 0 ? json.Length : at + end;
    }

    /// <summary>The text between the quotes, still escaped; false when the value at the start is no text.</summary>
    public static bool TryRawText(ReadOnlySpan<byte> value, out ReadOnlySpan<byte> raw)
    {
        raw = default;
        if (value.IsEmpty || value[0] != '"')
            return false;
        if (TryShortText(value, out raw))
            return true;
        var end = SkipText(value, 0);
        if (end < 2 || value[end - 1] != '"')
            return false;
        raw = value[1..(end - 1)];
        return true;
    }

    /// <summary>Most texts end before any backslash and within one vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryShortText(ReadOnlySpan<byte> value, out ReadOnlySpan<byte> raw)
    {
        raw = default;
        if (!Vector256.IsHardwareAccelerated || value.Length <= Vector256<byte>.Count)
            return false;
        var bytes = Vector256.Create(value[1..]);
        var stops = (Vector256.Equals(bytes, Vector256.Create((byte)'"')) | Vector256.Equals(bytes, Vector256.Create((byte)'\\'))).ExtractMostSignificantBits();
        var length = BitOperations.TrailingZeroCount(stops);
        if (stops == 0 || value[length + 1] != '"')
            return false;
        raw = value.Slice(1, length);
        return true;
    }

    /// <summary>
    /// Whether the value at the start is a text that equals plain UTF-8. The first byte that differs decides, unless it begins an escape;
    /// so the value's end need not be sought.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool ValueEquals(ReadOnlySpan<byte> value, ReadOnlySpan<byte> plain)
    {
        if (value.Length < 2 || value[0] != '"')
            return false;
        var same = 0;
        while (same < plain.Length && same + 1 < value.Length && value[same + 1] == plain[same] && plain[same] is not ((byte)'"' or (byte)'\\'))
            same++;
        if (same + 1 == value.Length)
            return false;
        var next = value[same + 1];
        if (next != '\\')
            return next == '"' && same == plain.Length;
        return TryRawText(value, out var raw) && RawEquals(raw, plain);
    }

    /// <summary>Ordinal comparison of an escaped text with plain UTF-8. A lone surrogate equals nothing.</summary>
    public static bool RawEquals(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> plain)
    {
        var escape = raw.IndexOf((byte)'\\');
        if (escape < 0)
            return raw.SequenceEqual(plain);
        if (plain.Length < escape || !raw[..escape].SequenceEqual(plain[..escape]))
            return false;
        Span<byte> character = stackalloc byte[4];
        for (raw = raw[escape..], plain = plain[escape..]; !raw.IsEmpty;)
        {
            var taken = Decode(raw, character, out var written);
            if (taken == 0 || !plain.StartsWith(character[..written]))
                return false;
            raw = raw[taken..];
            plain = plain[written..];
        }

        return plain.IsEmpty;
    }

    /// <summary>Unescapes into <paramref name="destination"/>, which must be as long as the raw text. -1 when an escape is broken.</summary>
    public static int Unescape(ReadOnlySpan<byte> raw, Span<byte> destination)
    {
        var length = 0;
        while (!raw.IsEmpty)
        {
            var taken = Decode(raw, destination[length..], out var written);
            if (taken == 0)
                return -1;
            raw = raw[taken..];
            length += written;
        }

        return length;
    }

    /// <summary>The text of a raw string; null when an escape is broken or the bytes are no UTF-8.</summary>
    public static string? ToText(ReadOnlySpan<byte> raw)
    {
        if (!raw.Contains((byte)'\\'))
            return Utf8.IsValid(raw) ? Encoding.UTF8.GetString(raw) : null;
        var rented = ArrayPool<byte>.Shared.Rent(raw.Length);
        var length = Unescape(raw, rented);
        var text = length >= 0 && Utf8.IsValid(rented.AsSpan(0, length)) ? Encoding.UTF8.GetString(rented, 0, length) : null;
        ArrayPool<byte>.Shared.Return(rented);
        return text;
    }

    /// <summary>A member's name without its escapes, if it then has at most so many characters; else as it is spelt, which equals no such name.</summary>
    public static ReadOnlySpan<byte> ShortName(ReadOnlySpan<byte> raw, int longest)
    {
        // The shortest escape of a letter has six bytes.
        if (raw.Length <= 6 || raw.Length > 6 * longest || !raw.Contains((byte)'\\'))
            return raw;
        return ToText(raw) is { } name && name.Length <= longest ? Encoding.UTF8.GetBytes(name) : raw;
    }

    /// <summary>The instant in the text value at the start.</summary>
    public static bool TryInstant(ReadOnlySpan<byte> value, out DateTimeOffset instant)
    {
        instant = default;
        if (!TryRawText(value, out var raw))
            return false;
        if (!raw.Contains((byte)'\\'))
            return Instants.TryParse(raw, out instant);
        if (raw.Length > 6 * 40)
            return false;
        Span<byte> plain = stackalloc byte[raw.Length];
        var length = Unescape(raw, plain);
        return length >= 0 && Instants.TryParse(plain[..length], out instant);
    }

    private static int SkipContainer(ReadOnlySpan<byte> json, int at)
    {
        var depth = 0;
        if (json.Length - at >= JsonContainer.Long)
        {
            at = JsonContainer.Skip(json, at, out depth);
            if (depth == 0)
                return at;
        }

        while (true)
        {
            var step = at < json.Length ? json[at..].IndexOfAny(QuotesAndBrackets) : -1;
            if (step < 0)
                return json.Length;
            at += step;
            if (json[at] == '"')
            {
                at = SkipText(json, at);
                continue;
            }

            depth += json[at] is (byte)'{' or (byte)'[' ? 1 : -1;
            at++;
            if (depth <= 0)
                return at;
        }
    }

    /// <summary>Decodes one byte or one escape. Returns the raw bytes taken; 0 when the escape is broken.</summary>
    private static int Decode(ReadOnlySpan<byte> raw, Span<byte> character, out int written)
    {
        written = 1;
        if (raw[0] != '\\')
        {
            character[0] = raw[0];
            return 1;
        }

        if (raw.Length < 2)
            return 0;
        if (raw[1] == 'u')
            return DecodeUnicode(raw, character, out written);
        character[0] = raw[1] switch { (byte)'b' => 8, (byte)'t' => 9, (byte)'n' => 10, (byte)'f' => 12, (byte)'r' => 13, (byte)'"' or (byte)'\\' or (byte)'/' => raw[1], _ => 0 };
        return character[0] == 0 ? 0 : 2;
    }

    private static int DecodeUnicode(ReadOnlySpan<byte> raw, Span<byte> character, out int written)
    {
        written = 0;
        if (!TryHex(raw, out var unit))
            return 0;
        if (Rune.TryCreate(unit, out var rune))
        {
            written = rune.EncodeToUtf8(character);
            return 6;
        }

        if (raw.Length < 12 || raw[6] != '\\' || raw[7] != 'u' || !TryHex(raw[6..], out var second) || !Rune.TryCreate(unit, second, out rune))
            return 0;
        written = rune.EncodeToUtf8(character);
        return 12;
    }

    private static bool TryHex(ReadOnlySpan<byte> raw, out char unit)
    {
        unit = default;
        if (raw.Length < 6 || !Utf8Parser.TryParse(raw[2..6], out ushort value, out var read, 'x') || read != 4)
            return false;
        unit = (char)value;
        return true;
    }
}
