namespace CommitRelay.Performance.Probes;

/// <summary>What a file system stands on.</summary>
public enum StorageKind
{
    /// <summary>A disk without moving parts.</summary>
    SolidState,

    /// <summary>A disk that turns: random reads and fsync cost milliseconds.</summary>
    Rotational,

    /// <summary>Memory: gone at the next start.</summary>
    Memory,

    /// <summary>Another machine or another kernel: locks and atomic appends may not hold.</summary>
    Network,
}
