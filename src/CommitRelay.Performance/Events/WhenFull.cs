namespace CommitRelay.Performance.Events;

/// <summary>What a writer does with an event for which its bounded memory has no room.</summary>
public enum WhenFull
{
    /// <summary>The caller waits for room, at most <see cref="EventWriterOptions.WaitTimeout"/>. No event is lost.</summary>
    Wait,

    /// <summary>
    /// The new event is dropped and counted. Once there is room again, one line of type <c>events_dropped</c> tells in the file how many, and
    /// since when. <see cref="IEventSink.WriteAsync"/> throws instead, since it cannot acknowledge what it drops.
    /// </summary>
    DropNewest,

    /// <summary>The caller gets an <see cref="EventWriterException"/> whose failure is <see cref="EventWriterFailure.BufferFull"/>.</summary>
    Throw,
}
