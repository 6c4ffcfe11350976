namespace CommitRelay.Performance.RateLimits.State;

/// <summary>
/// What all who share one limit know together: the line of places, the rate learned so far, the cool-down. One instance a scope.
/// In-process, machine-wide, or (by your implementation) fleet-wide; each passes the same contract tests.
/// </summary>
/// <remarks>Thread-safe. An implementation answers from what it knows: it does not wait for a place to become due.</remarks>
public interface IRateLimitState
{
    /// <summary>Takes the next place in the line, or a permit if nothing stands before it.</summary>
    /// <param name="cost">The call's estimated cost beyond the one request.</param>
    /// <param name="cancellationToken">Ends the operation.</param>
    ValueTask<RateLimitTicket> ReserveAsync(RateLimitUsage cost, CancellationToken cancellationToken = default);

    /// <summary>Asks again for a place: a permit when it has become due, else the same place, or a new one if a cool-down has voided it.</summary>
    /// <param name="ticket">A place that is no permit yet.</param>
    /// <param name="cancellationToken">Ends the operation.</param>
    ValueTask<RateLimitTicket> CheckAsync(RateLimitTicket ticket, CancellationToken cancellationToken = default);

    /// <summary>Gives a place or permit back that will not be used; those behind move up.</summary>
    /// <param name="ticket">The place or permit.</param>
    /// <param name="cancellationToken">Ends the operation.</param>
    ValueTask ReturnAsync(RateLimitTicket ticket, CancellationToken cancellationToken = default);

    /// <summary>Tells how the call ended, so that all learn from it.</summary>
    /// <param name="ticket">The permit that it was sent with.</param>
    /// <param name="report">How it ended.</param>
    /// <param name="cancellationToken">Ends the operation.</param>
    /// <returns>How long a retry must wait at least for the retry budget of the scope; zero when it need not.</returns>
    ValueTask<TimeSpan> ReportAsync(RateLimitTicket ticket, RateLimitReport report, CancellationToken cancellationToken = default);

    /// <summary>What is known now.</summary>
    /// <param name="cancellationToken">Ends the operation.</param>
    ValueTask<RateLimitView> ViewAsync(CancellationToken cancellationToken = default);
}
