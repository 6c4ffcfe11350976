using System.Text.Json.Serialization;

namespace CommitRelay.Performance.Benchmarks.Queues;

/// <summary>What a worker wants of a task; the rest of its members is left where it is.</summary>
public sealed class BenchmarkTask
{
    public string? Id { get; set; }

    public string? Title { get; set; }

    public string? Type { get; set; }

    public string? Priority { get; set; }

    public string? Status { get; set; }

    public string? CreatedAt { get; set; }

    public string? AssignedTo { get; set; }

    public string? Description { get; set; }
}

/// <summary>The whole file, for those who read it whole.</summary>
public sealed class BenchmarkQueueFile
{
    public List<BenchmarkTask>? Tasks { get; set; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(BenchmarkQueueFile))]
internal sealed partial class BenchmarkTaskContext : JsonSerializerContext;
