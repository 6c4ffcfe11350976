namespace CommitRelay.Performance.Queues;

/// <summary>How often each text stands in a member.</summary>
/// <param name="ByText">Elements by the member's text.</param>
/// <param name="Absent">Elements without the member.</param>
/// <param name="Null">Elements whose member is null.</param>
/// <param name="NotText">Elements whose member is a number, true, false, an object or an array.</param>
public sealed record QueueCounts(IReadOnlyDictionary<string, long> ByText, long Absent, long Null, long NotText)
{
    /// <summary>All elements that were counted.</summary>
    public long Total => ByText.Values.Sum() + Absent + Null + NotText;
}
