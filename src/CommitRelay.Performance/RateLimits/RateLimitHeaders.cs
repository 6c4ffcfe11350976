using System.Collections.Immutable;
using CommitRelay.Performance.RateLimits.Dialects;

namespace CommitRelay.Performance.RateLimits;

/// <summary>
/// What a response's headers say about rate limits, in every dialect: <c>Retry-After</c> (seconds or HTTP date), <c>retry-after-ms</c>,
/// <c>anthropic-ratelimit-*</c>, <c>x-ratelimit-*</c> (OpenAI, Azure, GitHub), and the IETF's <c>RateLimit</c> and <c>RateLimit-Policy</c>.
/// </summary>
/// <remarks>
/// Immutable. A header that is missing, malformed, negative or absurd counts as not told: parsing never throws, whatever the server sends,
/// and no duration exceeds <see cref="LongestWait"/>.
/// </remarks>
public sealed class RateLimitHeaders
{
    /// <summary>The longest wait that a header can ask for: 366 days. Longer ones are cut to it.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromDays(366);

    private static readonly RateLimitHeaders Nothing = new(null, []);

    private RateLimitHeaders(TimeSpan? retryAfter, ImmutableArray<RateLimitReading> limits)
    {
        RetryAfter = retryAfter;
        Limits = limits;
    }

    /// <summary>How long the server asks to wait, 0 to <see cref="LongestWait"/>: the longest of what its headers say; null when it does not say.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>The limits that the response told of, at most one a resource: the first dialect that tells of it wins.</summary>
    public ImmutableArray<RateLimitReading> Limits { get; }

    /// <summary>Reads a response's headers.</summary>
    /// <param name="response">The response; its body is not touched.</param>
    /// <param name="now">The time of its arrival, to which dates are compared.</param>
    /// <returns>What the headers say; empty when they say nothing.</returns>
    public static RateLimitHeaders Parse(HttpResponseMessage response, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(response);
        var source = new HeaderSource(response.Headers.NonValidated, now);
        var retryAfter = Dialects.RetryAfter.Read(source);
        var limits = default(LimitList);
        AnthropicDialect.Read(source, ref limits);
        XRateLimitDialect.Read(source, ref limits);
        IetfDialect.Read(source, ref limits);
        return retryAfter is null && limits.Count == 0 ? Nothing : new RateLimitHeaders(retryAfter, limits.ToImmutableArray());
    }

    /// <summary>The limit of one resource, or null.</summary>
    /// <param name="resource">What it counts.</param>
    public RateLimitReading? Find(RateLimitResource resource)
    {
        foreach (var limit in Limits)
        {
            if (limit.Resource == resource)
                return limit;
        }

        return null;
    }
}
