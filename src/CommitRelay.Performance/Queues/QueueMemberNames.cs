using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>
/// Which members of a task carry what the library itself must know. The defaults are the names Commit Relay writes.
/// </summary>
public sealed record QueueMemberNames
{
    /// <summary>The identity, a text. Default: <c>id</c>.</summary>
    public JsonPath Id { get; init; } = "id";

    /// <summary>The state, a text. Default: <c>status</c>.</summary>
    public JsonPath Status { get; init; } = "status";

    /// <summary>The urgency, a text of <see cref="QueueReaderOptions.PriorityOrder"/>. Default: <c>priority</c>.</summary>
    public JsonPath Priority { get; init; } = "priority";

    /// <summary>When the task was made, an instant. Default: <c>created_at</c>.</summary>
    public JsonPath CreatedAt { get; init; } = "created_at";
}
