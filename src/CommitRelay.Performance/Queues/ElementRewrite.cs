using System.Buffers;

namespace CommitRelay.Performance.Queues;

/// <summary>Writes a task anew.</summary>
/// <param name="element">The task's bytes; valid during the call.</param>
/// <param name="output">Gets the new bytes: one JSON value.</param>
/// <returns>False to keep the task as it is; what was written is then dropped.</returns>
public delegate bool ElementRewrite(ReadOnlySpan<byte> element, IBufferWriter<byte> output);
