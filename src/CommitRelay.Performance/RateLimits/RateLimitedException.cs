namespace CommitRelay.Performance.RateLimits;

/// <summary>
/// A call cannot be served within its time budget, or (a spend cap) not at all. Thrown before the wait, not after it, so that a worker can
/// give its task back until <see cref="RetryAt"/> and take another one.
/// </summary>
public sealed class RateLimitedException : Exception
{
    /// <summary>Creates the exception and its message.</summary>
    /// <param name="kind">Why the call was not served.</param>
    /// <param name="scope">The limit's owner: host and a hash of the credential.</param>
    /// <param name="retryAt">The earliest time at which a new attempt makes sense; null when none does.</param>
    /// <param name="innerException">The cause, or null.</param>
    public RateLimitedException(RateLimitKind kind, string scope, DateTimeOffset? retryAt, Exception? innerException = null)
        : base(Describe(kind, scope, retryAt), innerException)
    {
        Kind = kind;
        Scope = scope;
        RetryAt = retryAt;
    }

    /// <summary>Why the call was not served.</summary>
    public RateLimitKind Kind { get; }

    /// <summary>The limit's owner: host and a hash of the credential, never the credential.</summary>
    public string Scope { get; }

    /// <summary>The earliest time at which a new attempt makes sense; null when none does (<see cref="RateLimitKind.SpendCap"/>).</summary>
    public DateTimeOffset? RetryAt { get; }

    private static string Describe(RateLimitKind kind, string scope, DateTimeOffset? retryAt) => retryAt is { } date
        ? $"{scope}: {kind}: the wait until {date:O} does not fit into the call's time budget"
        : $"{scope}: {kind}: waiting does not help";
}
