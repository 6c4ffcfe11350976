namespace CommitRelay.Performance.Queues;

/// <summary>What one reading of a queue file found.</summary>
/// <param name="Slots">The tasks that have an id, in the order of the file.</param>
/// <param name="Unclaimable">The others that want work.</param>
/// <param name="ArrayStart">Behind the bracket that opens the array of tasks.</param>
/// <param name="ArrayEnd">Where the array of tasks closes; -1 when it does not.</param>
/// <param name="Faults">What is wrong with the text.</param>
internal sealed record QueueFileContent(List<FileSlot> Slots, List<UnclaimableTask> Unclaimable, long ArrayStart, long ArrayEnd, List<QueueFormatException> Faults)
{
    /// <summary>What an absent file holds.</summary>
    internal static QueueFileContent Nothing => new([], [], -1, -1, []);
}
