namespace CommitRelay.Performance.Queues;

/// <summary>A task of the queue file that wants work but is never handed out.</summary>
/// <param name="ByteOffset">Where it starts in the file, in bytes from 0.</param>
/// <param name="Reason">Why, for people.</param>
public readonly record struct UnclaimableTask(long ByteOffset, string Reason);
