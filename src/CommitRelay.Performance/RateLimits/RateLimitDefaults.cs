namespace CommitRelay.Performance.RateLimits;

/// <summary>The defaults of <see cref="RateLimitStrategyOptions"/>.</summary>
internal static class RateLimitDefaults
{
    public const string Name = "RateLimit";
    public const double InitialRequestsPerSecond = 10;
    public const double RetryRatio = 0.2;
    public const double RetriesPerSecond = 1;
    public static readonly TimeSpan TotalBudget = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan LongWait = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan BackoffBase = TimeSpan.FromMilliseconds(500);
    public static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(30);
}
