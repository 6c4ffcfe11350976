using Polly;

namespace CommitRelay.Performance.RateLimits;

/// <summary>What a caller can put into a <see cref="ResilienceContext"/> or a request for the rate limit strategy.</summary>
public static class RateLimitContext
{
    /// <summary>The name under which Microsoft.Extensions.Http.Resilience keeps the request too, so that either handler serves the other.</summary>
    internal const string RequestKeyName = "Resilience.Http.RequestMessage";

    /// <summary>When the call must be over; wins over <see cref="RateLimitStrategyOptions.TotalBudget"/> when it is earlier.</summary>
    public static readonly ResiliencePropertyKey<DateTimeOffset?> Deadline = new("CommitRelay.RateLimit.Deadline");

    /// <summary>The request that the pipeline sends. <see cref="RateLimitHandler"/> sets it; set it yourself when you run a pipeline without it.</summary>
    public static readonly ResiliencePropertyKey<HttpRequestMessage?> Request = new(RequestKeyName);

    /// <summary>When the call must be over, as an option of the request; <see cref="RateLimitHandler"/> passes it on as <see cref="Deadline"/>.</summary>
    public static readonly HttpRequestOptionsKey<DateTimeOffset?> RequestDeadline = new("CommitRelay.RateLimit.Deadline");
}
