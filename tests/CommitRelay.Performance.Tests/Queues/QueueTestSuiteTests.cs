using System.Text.Json;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.TestHelpers;

namespace CommitRelay.Performance.Tests.Queues;

/// <summary>Every file of the JSON test suite as a member of a task: strict reading accepts what is valid, and no reading yields what a full parse would refuse.</summary>
public class QueueTestSuiteTests
{
    [SharedFact]
    public async Task Strict_EveryFileInsideATask_AcceptsTheValidAndRejectsTheRest()
    {
        foreach (var (name, json, isValid) in Files())
        {
            foreach (var filter in new[] { null, JsonFilter.EqualTo("status", "none") })
                Assert.True(isValid == await IsAccepted(Around(json), new QueueReaderOptions { Strict = true, MaxDepth = 10_000 }, filter) || HasRepeats(name), name);
        }
    }

    [SharedFact]
    public async Task Default_EveryFileInsideATask_YieldsOnlyWhatAFullParseWould()
    {
        foreach (var (name, json, isValid) in Files())
        {
            foreach (var width in QueueReaderModelTests.Widths)
            {
                var accepted = await IsAccepted(Around(json), new QueueReaderOptions { Width = width, MaxDepth = 10_000 }, null);
                Assert.True(isValid == accepted, $"{name} {width}: {accepted}");
            }
        }
    }

    [SharedFact]
    public async Task Default_EveryFileInsideASkippedTask_NeverBreaksItsNeighbours()
    {
        foreach (var (name, json, isValid) in Files())
        {
            // Skipped elements are taken on trust as far as brackets and quotes go; valid ones must always be passed over rightly.
            if (isValid)
                Assert.True(await IsAccepted(Around(json), new QueueReaderOptions { MaxDepth = 10_000 }, JsonFilter.EqualTo("status", "before")), name);
        }
    }

    private static bool HasRepeats(string name) => name.StartsWith("y_object_duplicated_key", StringComparison.Ordinal);

    private static IEnumerable<(string Name, byte[] Json, bool IsValid)> Files()
    {
        var folder = Path.Combine(Repository.Shared!, "json-test-suite");
        using var expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "expected.json")));
        foreach (var entry in expected.RootElement.EnumerateObject())
        {
            var json = File.ReadAllBytes(Path.Combine(folder, "test_parsing", entry.Name));

            // Text that only ends a token early, or holds commas and colons that fit an object, may become valid inside one: the validator decides on the whole.
            yield return (entry.Name, json, JsonValidator.FirstError(Around(json)) < 0);
        }
    }

    private static byte[] Around(byte[] json)
        => [.. "{\"tasks\":[{\"id\":\"1\",\"status\":\"before\"},{\"id\":\"2\",\"status\":\"queued\",\"payload\":"u8, .. json, .. ",\"last\":1},{\"id\":\"3\",\"status\":\"before\"}]}"u8];

    private static async Task<bool> IsAccepted(byte[] text, QueueReaderOptions options, JsonFilter? filter)
    {
        try
        {
            var ids = new List<string?>();
            await foreach (var element in new QueueReader(options).ReadElementsAsync(QueueSource.FromMemory(text), filter))
            {
                Assert.True(JsonValidator.FirstError(element.Bytes) < 0);
                ids.Add(element.GetText("id"));
            }

            return filter is null ? ids.SequenceEqual(["1", "2", "3"]) : true;
        }
        catch (QueueFormatException)
        {
            return false;
        }
    }
}
