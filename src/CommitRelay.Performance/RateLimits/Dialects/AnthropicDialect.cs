using System.Globalization;

namespace CommitRelay.Performance.RateLimits.Dialects;

/// <summary>
/// <c>anthropic-ratelimit-{requests,tokens,input-tokens,output-tokens}-{limit,remaining,reset}</c>. Limits are for a minute, the bucket
/// refills continuously, and reset is the RFC 3339 time at which it is fully replenished.
/// </summary>
internal static class AnthropicDialect
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly string[] Rfc3339Formats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd' 'HH:mm:ss.FFFFFFFK"];

    private static readonly Names[] Families =
    [
        new(RateLimitResource.Requests, "requests"),
        new(RateLimitResource.Tokens, "tokens"),
        new(RateLimitResource.InputTokens, "input-tokens"),
        new(RateLimitResource.OutputTokens, "output-tokens"),
    ];

    public static void Read(in HeaderSource source, ref LimitList limits)
    {
        foreach (var names in Families)
        {
            var limit = source.ReadCount(names.Limit);
            var remaining = source.ReadCount(names.Remaining);
            if (limit is null && remaining is null)
                continue;
            var text = source.Read(names.Reset);
            TimeSpan? reset = ParseRfc3339(text) is { } date ? source.Until(date) : null;
            limits.Add(new RateLimitReading(names.Resource, limit, remaining, reset, Minute, RateLimitReplenishment.Continuous, ResolutionOf(text, source.Skewed)));
        }
    }

    public static DateTimeOffset? ParseRfc3339(string? text)
        => DateTimeOffset.TryParseExact(text, Rfc3339Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;

    private static TimeSpan ResolutionOf(string? text, bool skewed)
        => text is null || skewed || !text.Contains('.', StringComparison.Ordinal) ? TimeSpan.FromSeconds(1) : TimeSpan.FromMilliseconds(5);

    private readonly struct Names(RateLimitResource resource, string family)
    {
        public RateLimitResource Resource { get; } = resource;

        public string Limit { get; } = $"anthropic-ratelimit-{family}-limit";

        public string Remaining { get; } = $"anthropic-ratelimit-{family}-remaining";

        public string Reset { get; } = $"anthropic-ratelimit-{family}-reset";
    }
}
