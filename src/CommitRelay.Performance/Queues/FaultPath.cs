using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>The JSON path of a fault: the array of tasks, the place of the task in it, and the way into the task; put into words only when there is a fault.</summary>
/// <param name="array">The array of tasks.</param>
/// <param name="index">The task's place; -1 for none.</param>
/// <param name="before">The task up to the fault.</param>
internal readonly ref struct FaultPath(JsonPath array, long index = -1, ReadOnlySpan<byte> before = default)
{
    private readonly ReadOnlySpan<byte> _before = before;

    public override string ToString() => index < 0 ? array.ToString() : $"{array}[{index}]{JsonPathAt.EndOf(_before)}";
}
