using System.Text.Json.Serialization;
using CommitRelay.Performance.RateLimits;

namespace CommitRelay.Performance.Workers;

/// <summary>What the rate-limited calls of one task did, as its last event tells it.</summary>
/// <param name="Calls">Attempts sent, retries included.</param>
/// <param name="Refused">Attempts that a rate limit, an overload or a spend cap refused.</param>
/// <param name="PermitWaitSeconds">Waits for permits of the pace, together.</param>
/// <param name="RetryWaitSeconds">Waits before retries, together.</param>
internal sealed record WorkerCalls(
    [property: JsonPropertyName("calls")] long Calls,
    [property: JsonPropertyName("refused")] long Refused,
    [property: JsonPropertyName("permit_wait_seconds")] double PermitWaitSeconds,
    [property: JsonPropertyName("retry_wait_seconds")] double RetryWaitSeconds)
{
    /// <summary>Null when the task made no such call and waited for none.</summary>
    public static WorkerCalls? Of(RateLimitStatistics? counted)
    {
        if (counted?.Snapshot() is not { } all || (all.Requests == 0 && all.GaveUp == 0))
            return null;
        var refused = all.RateLimited + all.Overloaded + all.Unavailable + all.ConnectionResets + all.SpendCaps;
        return new WorkerCalls(all.Requests, refused, Math.Round(all.PacingDelay.TotalSeconds, 3), Math.Round(all.BackoffDelay.TotalSeconds, 3));
    }
}
