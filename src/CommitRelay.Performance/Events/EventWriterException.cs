namespace CommitRelay.Performance.Events;

/// <summary>Which promise an <see cref="EventWriter"/> could not keep.</summary>
public enum EventWriterFailure
{
    /// <summary>The bounded memory was full; this event was not taken.</summary>
    BufferFull,

    /// <summary>The file could not be written for <see cref="EventWriterOptions.AcknowledgeTimeout"/>. The event is kept and still written once that is possible.</summary>
    NotWritten,

    /// <summary>fsync failed. The event was given to the operating system, but whether it is on the disk is unknown.</summary>
    NotDurable,

    /// <summary>The writer was closed before all events were written.</summary>
    Abandoned,
}

/// <summary>An event could not be taken, written or made durable. The message and the members say which file, why, and how much is affected.</summary>
public sealed class EventWriterException : IOException
{
    /// <summary>Creates the exception and its message.</summary>
    /// <param name="path">The event file's full path.</param>
    /// <param name="failure">Which promise was not kept.</param>
    /// <param name="detail">What happened and what becomes of the events, in words.</param>
    /// <param name="unwrittenEvents">How many accepted events are not in the file.</param>
    /// <param name="unwrittenBytes">Their size in bytes.</param>
    /// <param name="innerException">The operating system's error, or null.</param>
    public EventWriterException(string path, EventWriterFailure failure, string detail, long unwrittenEvents = 0, long unwrittenBytes = 0, Exception? innerException = null)
        : base($"{path}: {detail}", innerException)
    {
        Path = path;
        Failure = failure;
        UnwrittenEvents = unwrittenEvents;
        UnwrittenBytes = unwrittenBytes;
    }

    /// <summary>The event file's full path.</summary>
    public string Path { get; }

    /// <summary>Which promise was not kept.</summary>
    public EventWriterFailure Failure { get; }

    /// <summary>How many accepted events were not in the file when this was thrown.</summary>
    public long UnwrittenEvents { get; }

    /// <summary>Their size in bytes.</summary>
    public long UnwrittenBytes { get; }
}
