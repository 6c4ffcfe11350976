namespace CommitRelay.Performance.Events;

/// <summary>
/// When an event file is rolled (renamed, and a new one begun), and what becomes of the rolled parts. Each rule is off unless set. Looked at
/// when a batch is written, under the lock that all processes share, so one of them rolls and the others follow.
/// </summary>
public sealed record EventRollOptions
{
    /// <summary>Rolls before a batch that would make the file larger than so many bytes. A batch has at most 1 MiB, or one longer event. At least 1. Default null: not by size.</summary>
    public long? AtBytes { get; set; }

    /// <summary>Rolls a file that was begun so long ago, by the creation time the file system keeps. Above zero. Default null: not by age.</summary>
    public TimeSpan? AtAge { get; set; }

    /// <summary>Rolls a file that was last written on an earlier day (UTC). Default false.</summary>
    public bool Daily { get; set; }

    /// <summary>Where rolled parts go, created when needed; on the file system of the event file. Default null: beside it.</summary>
    public string? ArchiveFolder { get; set; }

    /// <summary>Compresses rolled parts (gzip) in the background, one at a time. Default false.</summary>
    public bool Compress { get; set; }

    /// <summary>How many rolled parts stay; older ones are deleted. 0 or more. Default null: all stay.</summary>
    public int? KeepCount { get; set; }

    /// <summary>Rolled parts older than this are deleted. Above zero. Default null: none for its age.</summary>
    public TimeSpan? KeepAge { get; set; }

    /// <summary>How many bytes the rolled parts may have together; the oldest are deleted until they fit. 0 or more. Default null: no such limit.</summary>
    public long? KeepBytes { get; set; }

    /// <summary>True when anything is to be done with rolled parts.</summary>
    internal bool HasUpkeep => Compress || KeepCount is not null || KeepAge is not null || KeepBytes is not null;

    internal bool IsDue(in Files.FileState file, long batch, DateTime utcNow)
        => file.Length > 0 && (file.Length + batch > AtBytes || utcNow - file.CreatedUtc >= AtAge || (Daily && file.WrittenUtc.Date < utcNow.Date));
}
