namespace CommitRelay.Performance.Tool;

/// <summary>What the exit code says.</summary>
internal static class ExitCodes
{
    public const int Fine = 0;

    /// <summary>Findings, or something is unhealthy.</summary>
    public const int Findings = 1;

    /// <summary>The command line is not understood.</summary>
    public const int Usage = 2;

    /// <summary>The command could not be done, or a file is not what it must be.</summary>
    public const int Failed = 3;
}
