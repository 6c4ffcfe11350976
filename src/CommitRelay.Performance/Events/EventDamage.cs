namespace CommitRelay.Performance.Events;

/// <summary>A stretch of an event file that holds no readable value: a torn line, a raw control byte in a text, a member without a value, zero bytes after a power loss.</summary>
/// <param name="File">The file's full path; of a gzip part, offsets count the unpacked bytes.</param>
/// <param name="Offset">0-based offset of its first byte.</param>
/// <param name="Length">Its length in bytes. Reading went on behind it, at the next <c>{</c> that begins a line.</param>
/// <param name="Reason">What was expected, and at which byte.</param>
public readonly record struct EventDamage(string File, long Offset, long Length, string Reason);
