namespace CommitRelay.Performance.Probes;

/// <summary>What became of the process that a pid file names.</summary>
public enum PidFileState
{
    /// <summary>It runs.</summary>
    Alive,

    /// <summary>It has ended, and its parent has not asked how.</summary>
    Zombie,

    /// <summary>No process has the number: it ended without removing the file.</summary>
    Stale,

    /// <summary>Another process has the number: it started after the file was written.</summary>
    Reused,

    /// <summary>There is no such file.</summary>
    NoFile,

    /// <summary>The file holds no process number, or cannot be read.</summary>
    Unreadable,

    /// <summary>The system does not tell.</summary>
    Unknown,
}

/// <summary>A pid file and what became of the process it names.</summary>
/// <param name="Path">The file.</param>
/// <param name="State">What became of it.</param>
/// <param name="Process">The process that has the number now: the one meant, or the one that got the number later; null when there is none.</param>
/// <param name="Detail">The state in words, with the number or the reason.</param>
public sealed record PidFile(string Path, PidFileState State, ProcessSample? Process, string Detail);
