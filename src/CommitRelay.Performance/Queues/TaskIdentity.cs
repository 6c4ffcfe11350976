namespace CommitRelay.Performance.Queues;

/// <summary>
/// Which task is meant. An id alone does not tell: real queues repeat ids. So it carries the occurrence among equal ids, and a hash of what does not
/// change while the task is worked on.
/// </summary>
/// <param name="Id">The task's id.</param>
/// <param name="Occurrence">0 for the first task with this id in the file, 1 for the second, and so on.</param>
/// <param name="ElementHash">A 64-bit hash of the task's bytes without white space and without the members that claims and priorities change; 0 when not known.</param>
public readonly record struct TaskIdentity(string Id, int Occurrence = 0, ulong ElementHash = 0)
{
    /// <summary>The id; with <c>#n</c> behind it when it is not the id's first occurrence.</summary>
    public override string ToString() => Occurrence == 0 ? Id : $"{Id}#{Occurrence}";
}
