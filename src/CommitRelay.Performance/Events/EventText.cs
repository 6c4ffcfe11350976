namespace CommitRelay.Performance.Events;

/// <summary>One value of an event file as it stands there.</summary>
/// <param name="Json">Its bytes, valid JSON. Of a stream they are valid until the next one is asked for; copy what must last longer.</param>
/// <param name="Offset">0-based offset of its first byte in the part it was read from.</param>
/// <param name="File">The full path of that part.</param>
public readonly record struct EventText(ReadOnlyMemory<byte> Json, long Offset, string File);
