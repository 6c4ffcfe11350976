using System.Text.Json;
using System.Text.Json.Serialization;

namespace CommitRelay.Performance.Benchmarks.RateLimits;

/// <summary>The figures of runs in one file; a run replaces the one of the same row, contender and seed.</summary>
internal static class RateLimitResults
{
    public const string FileName = "rate-limits.json";

    public static void Add(RateLimitRow row, string contender, int seed, double seconds, RateLimitOutcome outcome)
    {
        var folder = Directory.CreateDirectory(Path.Combine("BenchmarkDotNet.Artifacts", "results")).FullName;
        var path = Path.Combine(folder, FileName);
        var entry = new RateLimitEntry(row.Name, contender, seed, seconds, outcome);
        RateLimitEntry[] entries = [.. Read(path).Where(e => (e.Row, e.Contender, e.Seed) != (entry.Row, entry.Contender, entry.Seed)), entry];
        File.WriteAllText(path, JsonSerializer.Serialize(entries, RateLimitJson.Default.RateLimitEntryArray) + "\n");
    }

    public static RateLimitEntry[] Read(string path) => File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), RateLimitJson.Default.RateLimitEntryArray)! : [];
}

internal sealed record RateLimitEntry(string Row, string Contender, int Seed, double Seconds, RateLimitOutcome Outcome);

[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(RateLimitEntry[]))]
internal sealed partial class RateLimitJson : JsonSerializerContext;
