using System.Text.Json.Serialization;

namespace CommitRelay.Performance.Tests.Queues;

/// <summary>The task of the queue tests.</summary>
public sealed record Job(string? Id, string? Priority = "medium", string Status = "queued");

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Job))]
internal sealed partial class JobJson : JsonSerializerContext;
