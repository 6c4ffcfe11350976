using System.Text.Json;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Relay;

/// <summary>The right answers about the shared corpus, worked out by a program that is not ours.</summary>
internal static class ExpectedAnswers
{
    private static readonly Lazy<JsonDocument> Document = new(() => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Shared!, "corpus", "expected.json"))));

    public static JsonElement Of(string key) => Document.Value.RootElement.GetProperty(key);

    public static long Long(this JsonElement element, string key) => element.GetProperty(key).GetInt64();

    public static Dictionary<string, long> Counts(this JsonElement element, string key)
        => element.GetProperty(key).EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetInt64());
}
