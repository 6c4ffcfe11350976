namespace CommitRelay.Performance.RateLimits.State;

/// <summary>What the controller is told by its owner's options. Seconds, and requests per second.</summary>
internal sealed record PaceSettings
{
    public static readonly PaceSettings Default = new();

    /// <summary>The pace before anything is known.</summary>
    public double InitialRate { get; init; } = RateLimitDefaults.InitialRequestsPerSecond;

    /// <summary>A wait asked by the server that stops the scope instead of slowing it.</summary>
    public double LongWait { get; init; } = RateLimitDefaults.LongWait.TotalSeconds;

    /// <summary>Retries granted for each success.</summary>
    public double RetryRatio { get; init; } = RateLimitDefaults.RetryRatio;

    /// <summary>Retries granted for each second.</summary>
    public double RetriesPerSecond { get; init; } = RateLimitDefaults.RetriesPerSecond;

    /// <summary>A number from 0 to below 1, for jitter.</summary>
    public Func<double> Randomizer { get; init; } = Random.Shared.NextDouble;
}
