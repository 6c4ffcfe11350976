namespace CommitRelay.Performance.RateLimits.State;

/// <summary>A look at a scope's state.</summary>
/// <param name="RequestsPerSecond">The pace of calls as learned so far; null while nothing limits them.</param>
/// <param name="StoppedFor">Time until the scope may send again, at the earliest; zero while it runs.</param>
/// <param name="CoolDowns">Cool-downs so far.</param>
public readonly record struct RateLimitView(double? RequestsPerSecond, TimeSpan StoppedFor, long CoolDowns);
