namespace CommitRelay.Performance.Probes;

/// <summary>What a process is doing.</summary>
public enum ProcessState
{
    /// <summary>Not told, or a state this library does not know.</summary>
    Unknown,

    /// <summary>Running, or ready to run.</summary>
    Running,

    /// <summary>Waiting for something that may be interrupted.</summary>
    Sleeping,

    /// <summary>Waiting uninterruptibly, for a disk as a rule.</summary>
    DiskSleep,

    /// <summary>Stopped, by a signal or a debugger.</summary>
    Stopped,

    /// <summary>Idle kernel thread.</summary>
    Idle,

    /// <summary>Ended, but its parent has not asked how.</summary>
    Zombie,

    /// <summary>Being removed.</summary>
    Dead,
}
