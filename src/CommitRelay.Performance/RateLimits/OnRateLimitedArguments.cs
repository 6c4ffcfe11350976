namespace CommitRelay.Performance.RateLimits;

/// <summary>What Polly's telemetry is told with the event <c>OnRateLimited</c>: a call was refused and will be sent again.</summary>
/// <param name="Kind">Why it was refused.</param>
/// <param name="Scope">The limit's owner.</param>
/// <param name="AttemptNumber">0 for the first attempt.</param>
/// <param name="RetryDelay">The wait before the next attempt asks for its permit.</param>
public readonly record struct OnRateLimitedArguments(RateLimitKind Kind, string Scope, int AttemptNumber, TimeSpan RetryDelay);
