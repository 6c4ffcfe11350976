using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Queues;

/// <summary>A task's new bytes in the queue file.</summary>
/// <param name="Slot">The task.</param>
/// <param name="Status">The status that the new bytes show.</param>
/// <param name="Patch">The bytes and their place.</param>
internal readonly record struct MirrorPatch(FileSlot Slot, string Status, FilePatch Patch);
