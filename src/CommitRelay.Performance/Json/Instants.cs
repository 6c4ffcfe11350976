using System.Text;

namespace CommitRelay.Performance.Json;

/// <summary>
/// Reads every timestamp dialect that shells, Python and JavaScript leave in coordination files: <c>YYYY-MM-DDThh:mm:ss</c>,
/// an optional fraction of 1 to 9 digits, and optionally <c>Z</c>, <c>+hh:mm</c> or <c>+hhmm</c> (or the same with a minus).
/// Without an offset the time is UTC. Everything else (date only, words, impossible dates) is unreadable.
/// </summary>
/// <remarks>Thread-safe. Digits of a fraction beyond the seventh are dropped: a tick is 100 ns.</remarks>
public static class Instants
{
    private const int DateAndTime = 19;
    private const int LongestText = DateAndTime + 10 + 6;

    /// <summary>Reads an instant from the UTF-8 text between the quotes.</summary>
    /// <param name="text">The text, without quotes or escapes.</param>
    /// <param name="instant">The instant with the offset as written; with offset zero when the written one is wider than 14 hours.</param>
    /// <returns>False when the text is no instant.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out DateTimeOffset instant)
    {
        instant = default;
        if (text.Length is < DateAndTime or > LongestText || !TryReadDateAndTime(text, out var ticks))
            return false;
        var rest = text[DateAndTime..];
        if (!TryReadFraction(ref rest, out var fraction) || !TryReadOffset(rest, out var minutes))
            return false;
        var utc = ticks + fraction - (minutes * TimeSpan.TicksPerMinute);
        if (utc < DateTime.MinValue.Ticks || utc > DateTime.MaxValue.Ticks)
            return false;
        instant = Math.Abs(minutes) <= 14 * 60
            ? new DateTimeOffset(ticks + fraction, TimeSpan.FromMinutes(minutes))
            : new DateTimeOffset(utc, TimeSpan.Zero);
        return true;
    }

    /// <summary>Reads an instant from text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="instant">The instant, as for the UTF-8 form.</param>
    /// <returns>False when the text is no instant.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out DateTimeOffset instant)
    {
        instant = default;
        if (text.Length > LongestText)
            return false;
        Span<byte> bytes = stackalloc byte[LongestText];
        return Ascii.FromUtf16(text, bytes, out var count) == System.Buffers.OperationStatus.Done && TryParse(bytes[..count], out instant);
    }

    /// <summary>Whole seconds from one instant to another; fractions are dropped first, as shell arithmetic on such stamps does.</summary>
    /// <param name="from">The earlier instant (the result is negative when it is the later one).</param>
    /// <param name="to">The later instant.</param>
    /// <returns>Seconds.</returns>
    public static long SecondsBetween(DateTimeOffset from, DateTimeOffset to) => to.ToUnixTimeSeconds() - from.ToUnixTimeSeconds();

    /// <summary>The one form this library writes: UTC, <c>Z</c>, and a fraction only where there is one.</summary>
    internal static int Format(DateTimeOffset instant, Span<byte> destination)
    {
        var format = instant.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'";
        instant.UtcDateTime.TryFormat(destination, out var written, format, System.Globalization.CultureInfo.InvariantCulture);
        return written;
    }

    private static bool TryReadDateAndTime(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':')
            return false;
        int year = (Two(text, 0) * 100) + Two(text, 2), month = Two(text, 5), day = Two(text, 8);
        int hour = Two(text, 11), minute = Two(text, 14), second = Two(text, 17);
        if (Two(text, 0) < 0 || Two(text, 2) < 0 || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return false;
        if (hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 59)
            return false;
        ticks = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Unspecified).Ticks;
        return true;
    }

    private static bool TryReadFraction(ref ReadOnlySpan<byte> rest, out long ticks)
    {
        ticks = 0;
        if (rest.IsEmpty || rest[0] != '.')
            return true;
        var digits = 0;
        for (rest = rest[1..]; !rest.IsEmpty && char.IsAsciiDigit((char)rest[0]); rest = rest[1..])
        {
            if (++digits <= 7)
                ticks = (ticks * 10) + rest[0] - '0';
        }

        for (var missing = digits; missing < 7; missing++)
            ticks *= 10;
        return digits is >= 1 and <= 9;
    }

    private static bool TryReadOffset(ReadOnlySpan<byte> rest, out int minutes)
    {
        minutes = 0;
        if (rest.IsEmpty || rest is [(byte)'Z'])
            return true;
        if (rest[0] is not ((byte)'+' or (byte)'-') || !(rest.Length == 5 || (rest.Length == 6 && rest[3] == ':')))
            return false;
        int hour = Two(rest, 1), minute = Two(rest, rest.Length - 2);
        if (hour is < 0 or > 23 || minute is < 0 or > 59)
            return false;
        minutes = ((hour * 60) + minute) * (rest[0] == '-' ? -1 : 1);
        return true;
    }

    /// <summary>Two digits as a number; -1 when they are not digits.</summary>
    private static int Two(ReadOnlySpan<byte> text, int at)
    {
        uint tens = (uint)(text[at] - '0'), ones = (uint)(text[at + 1] - '0');
        return tens > 9 || ones > 9 ? -1 : (int)((tens * 10) + ones);
    }
}
