using System.Globalization;

namespace CommitRelay.Performance.RateLimits.Dialects;

/// <summary>
/// <c>x-ratelimit-*</c>. OpenAI and Azure name the resource and tell the time until the bucket is full (<c>1s</c>, <c>6m0s</c>, <c>12ms</c>;
/// Azure plain seconds); their limits are for a minute. GitHub names none and gives the epoch second at which its window of an hour ends.
/// </summary>
internal static class XRateLimitDialect
{
    private const double FirstEpochSecond = 1_000_000_000;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    public static void Read(in HeaderSource source, ref LimitList limits)
    {
        ReadNamed(source, ref limits, RateLimitResource.Requests, "x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests");
        ReadNamed(source, ref limits, RateLimitResource.Tokens, "x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens");
        ReadPlain(source, ref limits);
    }

    /// <summary>A Go-style duration (<c>1h2m3.5s</c>, <c>120ms</c>) or plain seconds.</summary>
    public static TimeSpan? ParseDuration(ReadOnlySpan<char> text)
    {
        if (HeaderSource.ParseSeconds(text) is { } plain)
            return plain;
        if (text.IsEmpty)
            return null;
        var seconds = 0.0;
        while (!text.IsEmpty)
        {
            var digits = text.IndexOfAnyExcept(HeaderSource.Digits);
            if (digits <= 0 || !double.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
                return null;
            text = text[digits..];
            var length = text.IndexOfAny(HeaderSource.Digits);
            var unit = length < 0 ? text : text[..length];
            if (SecondsOf(unit) is not { } scale)
                return null;
            seconds += value * scale;
            text = text[unit.Length..];
        }

        return HeaderSource.Bounded(seconds);
    }

    private static void ReadNamed(in HeaderSource source, ref LimitList limits, RateLimitResource resource, string limitName, string remainingName, string resetName)
    {
        var limit = source.ReadCount(limitName);
        var remaining = source.ReadCount(remainingName);
        if (limit is null && remaining is null)
            return;
        var text = source.Read(resetName);
        var resolution = text is not null && text.EndsWith('s') ? Millisecond : Second;
        limits.Add(new RateLimitReading(resource, limit, remaining, ParseDuration(text), Minute, RateLimitReplenishment.Continuous, resolution));
    }

    private static void ReadPlain(in HeaderSource source, ref LimitList limits)
    {
        var limit = source.ReadCount("x-ratelimit-limit");
        var remaining = source.ReadCount("x-ratelimit-remaining");
        if (limit is not null || remaining is not null)
            limits.Add(new RateLimitReading(RateLimitResource.Requests, limit, remaining, ReadReset(source), Hour, RateLimitReplenishment.Window, Second));
    }

    /// <summary>An epoch second when it is large enough to be one, else the time from now.</summary>
    private static TimeSpan? ReadReset(in HeaderSource source)
    {
        var text = source.Read("x-ratelimit-reset");
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value >= FirstEpochSecond
            ? HeaderSource.Bounded(value - (source.ServerNow.ToUnixTimeMilliseconds() / 1000.0))
            : ParseDuration(text);
    }

    private static double? SecondsOf(ReadOnlySpan<char> unit) => unit switch
    {
        "d" => 86400,
        "h" => 3600,
        "m" => 60,
        "s" => 1,
        "ms" => 1e-3,
        "us" or "µs" => 1e-6,
        "ns" => 1e-9,
        _ => null,
    };
}
