namespace CommitRelay.Samples.Worker;

/// <summary>What the exit code says.</summary>
internal static class ExitCodes
{
    /// <summary>Every task that can be claimed is done.</summary>
    public const int AllDone = 0;

    /// <summary>Some tasks are left, or were given up.</summary>
    public const int SomeLeft = 1;

    /// <summary>The command line is not understood.</summary>
    public const int Usage = 2;

    /// <summary>The work could not be done, or the queue file is damaged as a whole.</summary>
    public const int Failed = 3;
}
