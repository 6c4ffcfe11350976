namespace CommitRelay.Performance.RateLimits.State;

/// <summary>How a call ended that a permit was given for.</summary>
/// <param name="Kind">Whether it was refused, and why; <see cref="RateLimitKind.None"/> for everything that was served.</param>
/// <param name="Age">Time since it was sent.</param>
/// <param name="Headers">What the response said of limits; null when there was none.</param>
/// <param name="Usage">What the call really cost; null when unknown.</param>
public readonly record struct RateLimitReport(RateLimitKind Kind, TimeSpan Age, RateLimitHeaders? Headers, RateLimitUsage? Usage);
