namespace CommitRelay.Samples.Worker;

/// <summary>What the command line says.</summary>
/// <param name="Home">A Commit Relay home to work on; null for a scratch copy of the one that ships here.</param>
/// <param name="Statuses">The statuses of open tasks.</param>
/// <param name="Json">The summary as JSON.</param>
/// <param name="Concurrency">The most tasks at once, where the settings of the home name no ceiling.</param>
/// <param name="RequestsPerSecond">What the demo API grants.</param>
/// <param name="Stay">Wait for new tasks instead of ending with the queue.</param>
internal sealed record WorkerSettings(string? Home, string[] Statuses, bool Json, int Concurrency, double RequestsPerSecond, bool Stay)
{
    public const int Burst = 30;
    private const int MostConcurrency = 1000;

    /// <summary>What is wrong with the settings, in words; null when nothing is.</summary>
    public string? Fault
        => Concurrency is < 1 or > MostConcurrency ? $"--concurrency takes 1 to {MostConcurrency}, not {Concurrency}."
        : RequestsPerSecond is not (>= 0.1 and <= 1_000_000) ? $"--rate takes 0.1 to 1000000 requests a second, not {RequestsPerSecond}."
        : Home is not null && !Directory.Exists(Home) ? $"--home: there is no folder {Home}"
        : null;
}
