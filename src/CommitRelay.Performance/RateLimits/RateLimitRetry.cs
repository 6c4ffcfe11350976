using System.Net.Http.Json;

namespace CommitRelay.Performance.RateLimits;

/// <summary>Whether a refused call may be sent again, and when.</summary>
internal sealed class RateLimitRetry(RateLimitStrategyOptions options)
{
    private const double JitterShare = 0.1;
    private static readonly TimeSpan LeastJitter = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan MostJitter = TimeSpan.FromSeconds(1);

    public RateLimitUsage Estimate(HttpRequestMessage? request)
    {
        const int bytesPerToken = 4;
        if (request is null)
            return default;
        return options.EstimateUsage is { } estimate ? estimate(request) : new RateLimitUsage((request.Content?.Headers.ContentLength ?? 0) / bytesPerToken, 0);
    }

    /// <summary>
    /// A refusal was not served, so any method may come again; a reset may have been, so only what is safe to do twice may. In both cases
    /// the content must be there a second time.
    /// </summary>
    public bool MayRepeat(HttpRequestMessage? request, RateLimitKind kind)
    {
        if (request is null)
            return kind != RateLimitKind.ConnectionReset;
        if (kind == RateLimitKind.ConnectionReset && !IsIdempotent(request))
            return false;
        return request.Content is null || (options.CanSendTwice ?? CanSendTwice)(request.Content);
    }

    /// <summary>What the server asked plus jitter, never less; without a date exponential backoff with jitter. The retry budget may demand more.</summary>
    public TimeSpan Wait(int attempt, in Answer answer)
    {
        var random = options.Randomizer();
        if (answer.Headers?.RetryAfter is { } asked)
        {
            var jitter = Math.Clamp(asked.Ticks * JitterShare, LeastJitter.Ticks, MostJitter.Ticks);
            return Longer(asked, answer.BudgetWait) + TimeSpan.FromTicks((long)(jitter * random));
        }

        var doubled = options.BackoffBase.Ticks * Math.Pow(2, Math.Min(attempt, 40));
        var ceiling = Math.Min(doubled, options.LongestBackoff.Ticks);
        return Longer(TimeSpan.FromTicks((long)(ceiling * (0.5 + (0.5 * random)))), answer.BudgetWait);
    }

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static bool IsIdempotent(HttpRequestMessage request)
        => request.Method == HttpMethod.Get || request.Method == HttpMethod.Head || request.Method == HttpMethod.Options || request.Method == HttpMethod.Put
            || request.Method == HttpMethod.Delete || request.Method == HttpMethod.Trace || request.Headers.NonValidated.Contains("Idempotency-Key");

    private static bool CanSendTwice(HttpContent content) => content switch
    {
        ByteArrayContent or ReadOnlyMemoryContent or JsonContent => true,
        MultipartContent parts => parts.All(CanSendTwice),
        _ => false,
    };
}
