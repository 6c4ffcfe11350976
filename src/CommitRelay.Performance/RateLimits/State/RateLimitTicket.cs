namespace CommitRelay.Performance.RateLimits.State;

/// <summary>
/// A place in the line before the limits of one scope, or, when <see cref="Wait"/> is zero, the permit to send one call now.
/// </summary>
/// <param name="Cost">The estimate that was reserved.</param>
/// <param name="Wait">Time until the place is due as things stand; zero for a permit. Things change: ask again then, or sooner.</param>
/// <param name="Stopped">Whether the whole scope stands still (a cool-down), so that nobody in the line can be earlier.</param>
/// <param name="Epoch">Which run of the scope the place belongs to; for the state that gave it.</param>
public readonly record struct RateLimitTicket(RateLimitUsage Cost, TimeSpan Wait, bool Stopped, long Epoch)
{
    /// <summary>Where the call ends in each lane, in units of the lane.</summary>
    internal LaneUnits Positions { get; init; }
}
