using System.Text.Json.Serialization;

namespace CommitRelay.Performance.Benchmarks.Events;

/// <summary>An event of about 170 bytes in the shape of a real dashboard event.</summary>
public sealed record BenchmarkEvent(string Id, string Timestamp, string Type, BenchmarkEventData Data, string Source)
{
    public static BenchmarkEvent Create(int n) => new(
        $"evt-{1_764_000_000 + n}-4711", "2025-12-01T09:30:15Z", "task_completed", new BenchmarkEventData($"task-{n:D6}", "worker-scan-017", n % 500), "worker-pool");
}

public sealed record BenchmarkEventData(string TaskId, string WorkerId, int DurationMs);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(BenchmarkEvent))]
internal sealed partial class BenchmarkEventContext : JsonSerializerContext;
