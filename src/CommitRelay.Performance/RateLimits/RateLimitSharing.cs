namespace CommitRelay.Performance.RateLimits;

/// <summary>Who paces together.</summary>
public enum RateLimitSharing
{
    /// <summary>All clients of this process that have the same scope.</summary>
    Process,

    /// <summary>
    /// All clients of this user's processes on this machine that have the same scope, through memory that they map from a private folder.
    /// Linux, 64 bits; where it cannot be had (another system or clock, no suitable folder, 64 processes already), the process alone, which the
    /// counter <c>commitrelay.ratelimit.state.fallbacks</c> tells with the reason.
    /// </summary>
    Machine,
}
