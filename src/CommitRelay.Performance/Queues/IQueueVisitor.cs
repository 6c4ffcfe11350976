namespace CommitRelay.Performance.Queues;

/// <summary>What <see cref="QueueReader.VisitAsync{TVisitor}"/> calls for each element. Make it a struct: the calls are then inlined.</summary>
public interface IQueueVisitor
{
    /// <summary>Looks at one element.</summary>
    /// <param name="element">Its bytes; valid during the call only.</param>
    /// <returns>True to go on; false to stop reading, without looking at the rest of the file.</returns>
    bool Visit(in QueueElement element);
}
