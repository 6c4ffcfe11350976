namespace CommitRelay.Performance.Tests.RateLimits.Simulation;

/// <summary>What happens in a run. Times in seconds from its start.</summary>
internal sealed record Scenario
{
    public required Telling Telling { get; init; }

    public double Rate { get; init; } = 50;

    public double Burst { get; init; } = 10;

    /// <summary>The limit that headers tell is the bucket's size instead of a minute's worth.</summary>
    public bool LimitIsBurst { get; init; }

    /// <summary>Resets are told in whole seconds.</summary>
    public bool ResetInSeconds { get; init; }

    public int Processes { get; init; } = 16;

    public int Callers { get; init; } = 4;

    public double Seconds { get; init; } = 65;

    public double WarmUp { get; init; } = 5;

    /// <summary>Calls per second of a stranger with the same key who never backs off.</summary>
    public double StrangerRate { get; init; }

    public double DropFrom { get; init; } = double.PositiveInfinity;

    public double DropTo { get; init; } = double.PositiveInfinity;

    public double OutageFrom { get; init; } = double.PositiveInfinity;

    public double OutageTo { get; init; } = double.PositiveInfinity;

    /// <summary>Everything is refused for half a second, again and again, with so many seconds between two beginnings; up to <see cref="StormsEnd"/>.</summary>
    public double StormEvery { get; init; }

    public double StormsEnd { get; init; } = double.PositiveInfinity;

    /// <summary>One call is refused for nothing, again and again, with so many seconds between two; up to <see cref="StormsEnd"/>.</summary>
    public double StrayEvery { get; init; }

    /// <summary>Seconds that a caller lets pass between two calls.</summary>
    public double Think { get; init; }

    public bool OutageHasDate { get; init; }

    public double KillAt { get; init; } = double.PositiveInfinity;

    public int Killed { get; init; } = 10;

    /// <summary>Tokens per second, 0 for no such limit.</summary>
    public double TokenRate { get; init; }

    public double TokenBurst { get; init; }

    /// <summary>When all processes stand still for half a second, as on a machine that swaps.</summary>
    public double StallAt { get; init; } = double.PositiveInfinity;

    public TimeSpan Lateness { get; init; } = TimeSpan.FromMilliseconds(1);
}
