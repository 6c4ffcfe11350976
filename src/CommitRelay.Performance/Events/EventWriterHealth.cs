namespace CommitRelay.Performance.Events;

/// <summary>Where a writer keeps events that are not yet written.</summary>
public enum EventStaging
{
    /// <summary>In this process; kill -9 loses what is only <see cref="Durability.Buffered"/>.</summary>
    Heap,

    /// <summary>In memory mapped from a private file, which outlives this process; the next writer on the same file recovers it.</summary>
    Mapped,
}

/// <summary>How a writer is doing, at one moment.</summary>
/// <param name="Path">The event file's full path.</param>
/// <param name="IsWriting">False while the file cannot be written; events are then kept and tried again.</param>
/// <param name="FailingSince">When the first of the failures now going on was; null when there is none.</param>
/// <param name="LastError">The last failure's message, with the file and the operating system's error; null when there was none.</param>
/// <param name="DiskFreeBytes">What this user could still write on the file's file system, in bytes, when it was last looked at: at most a second before the last flush, or about 5 s ago where nothing is written. Null when it is not watched or not known.</param>
/// <param name="IsDiskLow">Whether that is less than <see cref="EventWriterOptions.LowDiskBytes"/>: the time to make room, before a write fails. It stays true until a quarter more is free.</param>
/// <param name="Staging">Where events wait.</param>
/// <param name="StagingReason">The staging file's path, or why there is none.</param>
/// <param name="Statistics">The counts at that moment.</param>
public sealed record EventWriterHealth(string Path, bool IsWriting, DateTimeOffset? FailingSince, string? LastError, long? DiskFreeBytes, bool IsDiskLow, EventStaging Staging, string StagingReason, EventWriterStatistics Statistics);
