using Polly;

namespace CommitRelay.Performance.RateLimits;

/// <summary>The time that a call may take in all.</summary>
internal static class RateLimitBudget
{
    /// <summary>The total budget, or what is left until an earlier deadline of the context; never negative.</summary>
    public static TimeSpan Remaining(RateLimitStrategyOptions options, ResilienceContext context, TimeProvider time)
    {
        if (context.Properties.GetValue(RateLimitContext.Deadline, null) is not { } deadline)
            return options.TotalBudget;
        var left = deadline - time.GetUtcNow();
        if (left < TimeSpan.Zero)
            return TimeSpan.Zero;
        return left < options.TotalBudget ? left : options.TotalBudget;
    }
}
