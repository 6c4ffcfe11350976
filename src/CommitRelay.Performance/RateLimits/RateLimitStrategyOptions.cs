using CommitRelay.Performance.RateLimits.State;
using Polly;

namespace CommitRelay.Performance.RateLimits;

/// <summary>
/// How calls are paced, and retried when they are refused all the same. Read once, when the pipeline is built.
/// </summary>
public class RateLimitStrategyOptions : ResilienceStrategyOptions
{
    /// <summary>Creates options with their defaults.</summary>
    public RateLimitStrategyOptions() => Name = RateLimitDefaults.Name;

    /// <summary>
    /// The time a call may take in all: waits, attempts and retries. An earlier deadline in the context (<see cref="RateLimitContext.Deadline"/>)
    /// wins. Over 0, at most 1 day. Default: 5 minutes.
    /// </summary>
    public TimeSpan TotalBudget { get; set; } = RateLimitDefaults.TotalBudget;

    /// <summary>
    /// Retries of one call at most, 0 to 2^31-1. When they are used up the last refusal is returned as it is. Default: no limit but <see cref="TotalBudget"/>.
    /// </summary>
    public int MaxRetryAttempts { get; set; } = int.MaxValue;

    /// <summary>The first wait after a refusal without a date; doubled each time. Over 0, at most <see cref="LongestBackoff"/>. Default: 500 ms.</summary>
    public TimeSpan BackoffBase { get; set; } = RateLimitDefaults.BackoffBase;

    /// <summary>The longest wait after a refusal without a date. At most 1 hour. Default: 30 s.</summary>
    public TimeSpan LongestBackoff { get; set; } = RateLimitDefaults.LongestBackoff;

    /// <summary>A wait asked by the server from which on the whole scope stops, not only the refused call. 1 s to 1 hour. Default: 5 s.</summary>
    public TimeSpan LongWait { get; set; } = RateLimitDefaults.LongWait;

    /// <summary>The pace of calls, per second, before the first answer has told or shown another. Over 0, at most 10 000. Default: 10.</summary>
    public double InitialRequestsPerSecond { get; set; } = RateLimitDefaults.InitialRequestsPerSecond;

    /// <summary>The retry budget of a scope: retries granted for each call served, 0 to 1. A retry beyond the budget waits for it. Default: 0.2.</summary>
    public double RetryRatio { get; set; } = RateLimitDefaults.RetryRatio;

    /// <summary>The retry budget of a scope: retries granted for each second whatever is served. Over 0, at most 1000. Default: 1.</summary>
    public double RetriesPerSecond { get; set; } = RateLimitDefaults.RetriesPerSecond;

    /// <summary>Who paces together. Default: the process. A pipeline with a clock of its own never shares beyond the process.</summary>
    public RateLimitSharing Sharing { get; set; }

    /// <summary>
    /// Names the limit that a request counts against. Null for the default: host, port and a hash of the credential
    /// (<c>x-api-key</c>, <c>api-key</c> or <c>Authorization</c>). Return the same text for all who share a limit, and never a secret.
    /// </summary>
    public Func<HttpRequestMessage, string>? Scope { get; set; }

    /// <summary>
    /// Gives the state of a scope; for a state of your own, or one that a test holds. Null for the default, which <see cref="Sharing"/> chooses.
    /// Called once a scope; the state is not disposed.
    /// </summary>
    public Func<string, IRateLimitState>? State { get; set; }

    /// <summary>Estimates what a call will cost beyond one request. Null for the default: a quarter of the content's bytes as input tokens.</summary>
    public Func<HttpRequestMessage, RateLimitUsage>? EstimateUsage { get; set; }

    /// <summary>
    /// Reads what a served call really cost, such as <see cref="RateLimitUsage.FromBodyAsync"/>. Null (the default): the estimate stands, and
    /// the headers of later answers correct it.
    /// </summary>
    public Func<HttpResponseMessage, CancellationToken, ValueTask<RateLimitUsage?>>? ReadUsage { get; set; }

    /// <summary>
    /// Says whether a content can be sent twice. Null for the default: bytes, text, forms, JSON, read-only memory, and multiparts of these can;
    /// streams and unknown kinds cannot, and such a call is not retried.
    /// </summary>
    public Func<HttpContent, bool>? CanSendTwice { get; set; }

    /// <summary>Where calls, refusals, retries and waits are counted. Share one object among clients to count them together. Default: an object of its own.</summary>
    public RateLimitStatistics Statistics { get; set; } = new();

    /// <summary>A number from 0 to below 1 for jitter. Default: <see cref="Random.Shared"/>.</summary>
    public Func<double> Randomizer { get; set; } = Random.Shared.NextDouble;

    /// <summary>Runs the continuation of a permit on the thread that gives it: a simulation under virtual time is then deterministic.</summary>
    internal bool WakeInline { get; set; }
}
