using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;

namespace CommitRelay.Performance.RateLimits.Dialects;

/// <summary>The headers of one response with the clock to read them by. Bounded and without exceptions: what cannot be read is null.</summary>
internal readonly struct HeaderSource
{
    public static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");
    private const long LargestCount = 1_000_000_000_000;
    private const int LongestValue = 1024;
    private const NumberStyles Plain = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;

    // A Date header is cut to the second, servers that cache it (Kestrel does) are another second late, and the answer travels.
    private static readonly TimeSpan TolerableSkew = TimeSpan.FromSeconds(5);

    // RFC 9110, 5.6.7: the fixed-length form, and the two obsolete ones that a recipient must accept.
    private static readonly string[] HttpDateFormats =
        ["ddd, dd MMM yyyy HH:mm:ss 'GMT'", "dddd, dd-MMM-yy HH:mm:ss 'GMT'", "ddd MMM d HH:mm:ss yyyy"];

    private readonly HttpHeadersNonValidated _headers;

    public HeaderSource(HttpHeadersNonValidated headers, DateTimeOffset now)
    {
        _headers = headers;
        ServerNow = now;
        if (ParseHttpDate(Read("Date")) is { } date && (now - date).Duration() > TolerableSkew)
        {
            // The clocks disagree by more than a cut and cached date explains: absolute dates are the server's, so is "now" for them.
            ServerNow = date;
            Skewed = true;
        }
    }

    /// <summary>Now on the server's clock, as far as its Date header tells.</summary>
    public DateTimeOffset ServerNow { get; }

    /// <summary>Whether the server's clock is known only to the second.</summary>
    public bool Skewed { get; }

    public string? Read(string name)
    {
        if (!_headers.TryGetValues(name, out var values))
            return null;
        var text = values.ToString();
        return text.Length is > 0 and <= LongestValue ? text.Trim() : null;
    }

    public long? ReadCount(string name) => ParseCount(Read(name));

    public static DateTimeOffset? ParseHttpDate(string? text)
        => DateTimeOffset.TryParseExact(text, HttpDateFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite, out var date) ? date : null;

    /// <summary>A number from 0 to 10^12; a fraction is dropped, more is cut to the largest.</summary>
    public static long? ParseCount(ReadOnlySpan<char> text)
        => double.TryParse(text, Plain, CultureInfo.InvariantCulture, out var value) && value >= 0 ? (long)Math.Min(value, LargestCount) : null;

    /// <summary>A number of seconds (or another unit) from 0, cut to the longest wait.</summary>
    public static TimeSpan? ParseSeconds(ReadOnlySpan<char> text, double unitInSeconds = 1)
        => double.TryParse(text, Plain, CultureInfo.InvariantCulture, out var value) && value >= 0 ? Bounded(value * unitInSeconds) : null;

    public static TimeSpan Bounded(double seconds)
        => seconds >= RateLimitHeaders.LongestWait.TotalSeconds ? RateLimitHeaders.LongestWait : TimeSpan.FromSeconds(Math.Max(0, seconds));

    public TimeSpan Until(DateTimeOffset date) => Bounded((date - ServerNow).TotalSeconds);
}
