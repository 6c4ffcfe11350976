namespace CommitRelay.Performance.RateLimits;

/// <summary>One limit, as one response told of it.</summary>
/// <param name="Resource">What it counts.</param>
/// <param name="Limit">The ceiling in units of the resource, 0 to 10^12; null when not told.</param>
/// <param name="Remaining">What is left in units of the resource, 0 to 10^12; null when not told.</param>
/// <param name="ResetAfter">Time until the reset, 0 to 366 days; null when not told.</param>
/// <param name="Window">The time that <paramref name="Limit"/> is for: told by the server, or what the dialect's documentation says.</param>
/// <param name="Replenishment">What the reset means.</param>
/// <param name="Resolution">How exact <paramref name="ResetAfter"/> is: one second for a date without fractions.</param>
public readonly record struct RateLimitReading(
    RateLimitResource Resource,
    long? Limit,
    long? Remaining,
    TimeSpan? ResetAfter,
    TimeSpan? Window,
    RateLimitReplenishment Replenishment,
    TimeSpan Resolution);
