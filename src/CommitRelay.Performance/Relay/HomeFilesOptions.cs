namespace CommitRelay.Performance.Relay;

/// <summary>Settings of <see cref="HomeFiles"/>. Copied when a walk begins.</summary>
public sealed record HomeFilesOptions
{
    /// <summary>How many of the largest files to name. Default 5; 0 to 1000.</summary>
    public int Largest { get; init; } = 5;

    /// <summary>Sizes in bytes above which files are counted. Default: 10 MiB and 100 MiB, the runbook's bounds for JSON and for all files.</summary>
    public IReadOnlyList<long> SizeThresholds { get; init; } = [10L << 20, 100L << 20];

    /// <summary>How many files and folders are looked at before the walk ends, incomplete. Default 10 million; at least 1.</summary>
    public long MaxEntries { get; init; } = 10_000_000;

    /// <summary>How deep the walk goes below the home. Default 64; 1 to 500. Each level keeps a descriptor open meanwhile.</summary>
    public int MaxDepth { get; init; } = 64;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Largest);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Largest, 1000);
        ArgumentNullException.ThrowIfNull(SizeThresholds);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxEntries, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxDepth, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxDepth, 500);
    }
}
