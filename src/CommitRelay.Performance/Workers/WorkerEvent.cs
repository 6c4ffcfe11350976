using System.Text.Json.Serialization;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Workers;

/// <summary>What a worker tells about one task, in the event file's own shape.</summary>
internal readonly record struct WorkerEvent(
    [property: JsonPropertyName("timestamp"), JsonConverter(typeof(InstantJsonConverter))] DateTimeOffset Timestamp,
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("severity")] string Severity,
    [property: JsonPropertyName("source")] string Source,
    [property: JsonPropertyName("task_id")] string TaskId,
    [property: JsonPropertyName("attempt")] int Attempt,
    [property: JsonPropertyName("fence")] long Fence,
    [property: JsonPropertyName("duration_ms")] double? DurationMilliseconds,
    [property: JsonPropertyName("message")] string? Message,
    [property: JsonPropertyName("trace_id")] string? TraceId,
    [property: JsonPropertyName("data")] WorkerCalls? Data);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WorkerEvent))]
internal sealed partial class WorkerEventContext : JsonSerializerContext;
