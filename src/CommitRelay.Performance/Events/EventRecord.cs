namespace CommitRelay.Performance.Events;

/// <summary>An event that was followed, and where following goes on behind it.</summary>
/// <param name="Value">The event; null where the file says <c>null</c>.</param>
/// <param name="Position">Save it once the event is dealt with, to go on from there after a restart.</param>
public readonly record struct EventRecord<T>(T? Value, EventPosition Position);
