using System.Text.Json;
using System.Text.Json.Serialization;

namespace CommitRelay.Performance.Relay;

/// <summary>
/// One task of a queue, with the members that real queues use. A member of another JSON type than usual does not spoil the task:
/// numbers and booleans are taken as their text, null, objects and arrays as null. Members not listed here are not kept:
/// change files with the queue editor, which leaves their bytes alone.
/// </summary>
/// <remarks>Immutable. Serialise with <see cref="RelayJson"/>; members that are null are not written.</remarks>
public sealed record RelayTask
{
    /// <summary>The id: member <c>id</c>.</summary>
    [JsonPropertyName("id")]
    public string? Id { get; init; }

    /// <summary>The id in the dialect that calls it <c>task_id</c>.</summary>
    [JsonPropertyName("task_id")]
    public string? TaskId { get; init; }

    /// <summary>What it is called.</summary>
    [JsonPropertyName("title")]
    public string? Title { get; init; }

    /// <summary>"development", "security", "feature", … free text.</summary>
    [JsonPropertyName("type")]
    public string? Type { get; init; }

    /// <summary>"pending", "assigned", "worker_spawned", "completed", "cancelled", "failed", … free text.</summary>
    [JsonPropertyName("status")]
    public string? Status { get; init; }

    /// <summary>"critical", "high", "medium", "low"; free text.</summary>
    [JsonPropertyName("priority")]
    public string? Priority { get; init; }

    /// <summary>What is to be done.</summary>
    [JsonPropertyName("description")]
    public string? Description { get; init; }

    /// <summary>When it was made; null when absent or unreadable.</summary>
    [JsonPropertyName("created_at")]
    [JsonConverter(typeof(TolerantInstantConverter))]
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>By whom.</summary>
    [JsonPropertyName("created_by")]
    public string? CreatedBy { get; init; }

    /// <summary>When it was given to somebody; null when absent or unreadable.</summary>
    [JsonPropertyName("assigned_at")]
    [JsonConverter(typeof(TolerantInstantConverter))]
    public DateTimeOffset? AssignedAt { get; init; }

    /// <summary>To whom.</summary>
    [JsonPropertyName("assigned_to")]
    public string? AssignedTo { get; init; }

    /// <summary>When work began; null when absent or unreadable.</summary>
    [JsonPropertyName("started_at")]
    [JsonConverter(typeof(TolerantInstantConverter))]
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it was done; null when absent or unreadable.</summary>
    [JsonPropertyName("completed_at")]
    [JsonConverter(typeof(TolerantInstantConverter))]
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>When it was last changed; null when absent or unreadable.</summary>
    [JsonPropertyName("updated_at")]
    [JsonConverter(typeof(TolerantInstantConverter))]
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>The worker that has it.</summary>
    [JsonPropertyName("worker_id")]
    public string? WorkerId { get; init; }

    /// <summary>The kind of that worker.</summary>
    [JsonPropertyName("worker_type")]
    public string? WorkerType { get; init; }

    /// <summary>Why it failed.</summary>
    [JsonPropertyName("error")]
    public string? Error { get; init; }

    /// <summary>How often it was tried again; null when absent or no whole number.</summary>
    [JsonPropertyName("retry_count")]
    [JsonConverter(typeof(TolerantCountConverter))]
    public long? RetryCount { get; init; }

    /// <summary>What the task's maker added for its worker: an object as a rule; null when absent.</summary>
    [JsonPropertyName("context")]
    public JsonElement? Context { get; init; }

    /// <summary><see cref="Id"/>, else <see cref="TaskId"/>.</summary>
    [JsonIgnore]
    public string? Key => Id ?? TaskId;
}
