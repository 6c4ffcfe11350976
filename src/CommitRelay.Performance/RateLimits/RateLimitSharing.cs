namespace CommitRelay.Performance.RateLimits;

/// <summary>Who paces together.</summary>
public enum RateLimitSharing
{
    /// <summary>All clients of this process that have the same scope.</summary>
    Process,
}
