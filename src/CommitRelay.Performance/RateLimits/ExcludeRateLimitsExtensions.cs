using CommitRelay.Performance.RateLimits;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace Polly;

/// <summary>
/// Takes rate limits out of another handler's hands. The options of Microsoft.Extensions.Http.Resilience derive from these, so that
/// <c>AddStandardResilienceHandler(o => { o.Retry.ExcludeRateLimits(); o.CircuitBreaker.ExcludeRateLimits(); })</c> works.
/// </summary>
public static class ExcludeRateLimitsExtensions
{
    /// <summary>Leaves 429, 529, and 503 with a date to the rate limit handler outside: this retry does not repeat them.</summary>
    /// <param name="options">The retry's options; its own predicate still decides about everything else.</param>
    public static void ExcludeRateLimits(this RetryStrategyOptions<HttpResponseMessage> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var inner = options.ShouldHandle;
        options.ShouldHandle = arguments => IsRateLimit(arguments.Outcome) ? new ValueTask<bool>(false) : inner(arguments);
    }

    /// <summary>Does not count 429, 529, and 503 with a date as failures: they say that the service lives.</summary>
    /// <param name="options">The breaker's options; its own predicate still decides about everything else.</param>
    public static void ExcludeRateLimits(this CircuitBreakerStrategyOptions<HttpResponseMessage> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var inner = options.ShouldHandle;
        options.ShouldHandle = arguments => IsRateLimit(arguments.Outcome) ? new ValueTask<bool>(false) : inner(arguments);
    }

    private static bool IsRateLimit(Outcome<HttpResponseMessage> outcome)
    {
        if (outcome.Result is not { } response)
            return false;
        return RateLimitClassifier.Classify(response.StatusCode) switch
        {
            RateLimitKind.RateLimited or RateLimitKind.Overloaded => true,
            RateLimitKind.Unavailable => response.Headers.NonValidated.Contains("Retry-After") || response.Headers.NonValidated.Contains("retry-after-ms"),
            _ => false,
        };
    }
}
