namespace CommitRelay.Performance.RateLimits;

/// <summary>Why a call was not served, as far as rate limits go.</summary>
public enum RateLimitKind
{
    /// <summary>No rate limit: a success, or an error of another kind.</summary>
    None,

    /// <summary>The key's own limit: 429, or an error event that says so.</summary>
    RateLimited,

    /// <summary>The service is overloaded for everybody: 529, or an error event that says so.</summary>
    Overloaded,

    /// <summary>The service is down: 503.</summary>
    Unavailable,

    /// <summary>The connection was reset before the whole answer came.</summary>
    ConnectionReset,

    /// <summary>Money or quota is used up (429 without a date, whose error code says so): waiting does not help.</summary>
    SpendCap,
}
