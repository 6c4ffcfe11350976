using System.Text.Json.Serialization.Metadata;

namespace CommitRelay.Performance.Events;

/// <summary>
/// Where events go: a file (<see cref="EventWriter"/>), memory (<see cref="InMemoryEventSink"/>), later a server.
/// An event is one JSON value on one line; one sink carries events of many types.
/// </summary>
/// <remarks>Thread-safe. Events of one producer keep their order. After disposal every call that writes throws <see cref="ObjectDisposedException"/>.</remarks>
public interface IEventSink : IAsyncDisposable
{
    /// <summary>Writes an event at level <see cref="Durability.Buffered"/>; serialised on the calling thread.</summary>
    /// <param name="value">The event.</param>
    /// <param name="type">How it is serialised; always onto one line, whatever its options say of indentation.</param>
    /// <exception cref="EventWriterException">There was no room (<see cref="WhenFull"/>).</exception>
    /// <exception cref="ArgumentException">The event is longer than the sink can take.</exception>
    void Write<T>(T value, JsonTypeInfo<T> type);

    /// <summary>Writes an event that is encoded already, at level <see cref="Durability.Buffered"/>.</summary>
    /// <param name="utf8">One JSON value in UTF-8 without a line feed inside; one at its end is allowed. It is not parsed: a reader will report what is no JSON.</param>
    /// <exception cref="ArgumentException">The line is empty, holds a line feed, or is longer than the sink can take.</exception>
    /// <exception cref="EventWriterException">There was no room (<see cref="WhenFull"/>).</exception>
    void WriteLine(ReadOnlySpan<byte> utf8);

    /// <summary>Writes an event if there is room at once.</summary>
    /// <returns>False when there was none; the event is then neither taken nor counted as dropped.</returns>
    bool TryWrite<T>(T value, JsonTypeInfo<T> type);

    /// <summary>Writes an encoded event if there is room at once.</summary>
    /// <returns>False when there was none; the event is then neither taken nor counted as dropped.</returns>
    bool TryWriteLine(ReadOnlySpan<byte> utf8);

    /// <summary>Writes an event and waits until it is as safe as asked. Waiting callers share one write and one fsync.</summary>
    /// <param name="value">The event.</param>
    /// <param name="type">How it is serialised.</param>
    /// <param name="durability">What must hold when the task ends.</param>
    /// <param name="cancellationToken">Ends the wait. The event, once taken, is still written.</param>
    /// <exception cref="EventWriterException">There was no room, or the level was not reached; <see cref="EventWriterException.Failure"/> says which.</exception>
    ValueTask WriteAsync<T>(T value, JsonTypeInfo<T> type, Durability durability, CancellationToken cancellationToken = default);

    /// <summary>Writes an encoded event and waits until it is as safe as asked.</summary>
    /// <param name="utf8">One JSON value in UTF-8 without a line feed inside.</param>
    /// <param name="durability">What must hold when the task ends.</param>
    /// <param name="cancellationToken">Ends the wait. The event, once taken, is still written.</param>
    /// <exception cref="EventWriterException">There was no room, or the level was not reached; <see cref="EventWriterException.Failure"/> says which.</exception>
    ValueTask WriteLineAsync(ReadOnlyMemory<byte> utf8, Durability durability, CancellationToken cancellationToken = default);

    /// <summary>Waits until every event taken before this call is as safe as asked.</summary>
    /// <exception cref="EventWriterException">The level was not reached.</exception>
    ValueTask FlushAsync(Durability durability = Durability.Flushed, CancellationToken cancellationToken = default);
}
