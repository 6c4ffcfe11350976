using System.Text;
using System.Text.Json;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.Tests.Json;
using CsCheck;

namespace CommitRelay.Performance.Tests.Queues;

/// <summary>The reader against a full parse: random queues, filters, chunk sizes and vector widths.</summary>
public class QueueReaderModelTests
{
    internal static readonly ScanWidth[] Widths = [.. Enum.GetValues<ScanWidth>().Where(BlockScanner.IsSupported)];

    private static readonly Gen<string> Element = Gen.Frequency((6, JsonGen.AnObject(2)), (1, JsonGen.Value(1)));

    internal static readonly Gen<(string Text, QueueReaderOptions Options)> Queue = Gen.Frequency(
        (4, InRootObject(Element.List[0, 12])),
        (1, Element.List[0, 12].SelectMany(items => JsonGen.Join(items, '[', ']')).Select(text => (text, new QueueReaderOptions()))),
        (1, Element.List[0, 12].Select(items => (string.Concat(items.Select(item => item + "\n")), new QueueReaderOptions { Shape = QueueShape.JsonLines }))));

    [Fact]
    public void ReadElementsAsync_RandomQueues_AgreesWithAFullParse()
        => Gen.Select(Queue, JsonGen.Filter(2), Gen.Int[1, 300].Array[1, 4], Gen.OneOf(Widths), Gen.Bool).Sample(
            (queue, model, portions, width, strict) => Check(queue.Text, queue.Options with { Width = width, Strict = strict }, model, portions).GetAwaiter().GetResult(),
            iter: 3000);

    [Fact]
    public void ReadElementsAsync_OneByteAtATime_AgreesWithAFullParse()
        => Gen.Select(Queue, JsonGen.Filter(1), Gen.OneOf(Widths)).Sample(
            (queue, model, width) => Check(queue.Text, queue.Options with { Width = width }, model, 1).GetAwaiter().GetResult(),
            iter: 300);

    [Fact]
    public void ReadElementsAsync_MostTasksAlike_AgreesWithAFullParse()
    {
        var queue = JsonGen.AnObject(3).Array[1, 3].SelectMany(kinds => InRootObject(Gen.Frequency((8, Gen.Const(kinds[0])), (1, Gen.OneOf(kinds)), (1, Element)).List[10, 60]));
        Gen.Select(queue, JsonGen.Filter(1), Gen.Int[1, 3000].Array[1, 3], Gen.OneOf(Widths)).Sample(
            (queue, model, portions, width) => Check(queue.Text, queue.Options with { Width = width }, model, portions).GetAwaiter().GetResult(),
            iter: 500);
    }

    private static Gen<(string Text, QueueReaderOptions Options)> InRootObject(Gen<List<string>> elements)
        => Gen.Select(elements.SelectMany(items => JsonGen.Join(items, '[', ']')), JsonGen.Value(2), JsonGen.Value(2), JsonGen.Spelled("tasks"), Gen.Int[0, 3])
            .SelectMany((array, before, after, name, place) => JsonGen.Join(
                [.. place % 2 == 0 ? new[] { $"\"metadata\":{before}" } : [], $"{name}:{array}", .. place / 2 == 0 ? new[] { $"\"stats\" :{after}" } : []], '{', '}'))
            .Select(text => (text, new QueueReaderOptions()));

    private static async Task Check(string text, QueueReaderOptions options, FilterModel model, params int[] portions)
    {
        var (expected, expectedUnreadable, all, repeats) = Expected(text, options, model);
        var bytes = Encoding.UTF8.GetBytes(text);
        var statistics = new QueueReadStatistics();
        var found = new List<(long, string)>();
        try
        {
            await foreach (var element in new QueueReader(options).ReadElementsAsync(new DripStream(bytes, portions), model.Filter, statistics))
                found.Add((element.Index, element.ToString()));
        }
        catch (QueueFormatException) when (options.Strict && repeats)
        {
            return;
        }

        Assert.False(options.Strict && repeats);
        Assert.Equal(expected, found);
        Assert.Equal((all, expectedUnreadable), (statistics.Elements, statistics.UnreadableInstants));
    }

    private static (List<(long, string)> Elements, int Unreadable, long All, bool Repeats) Expected(string text, QueueReaderOptions options, FilterModel model)
    {
        var documents = options.Shape == QueueShape.JsonLines ? "[" + string.Join(",", Values(text)) + "]" : text;
        using var document = JsonDocument.Parse(documents);
        var root = document.RootElement;
        var array = root.ValueKind == JsonValueKind.Array ? root : FilterModel.Find(root, ["tasks"])!.Value;
        var unreadable = 0;
        var expected = new List<(long, string)>();
        var index = 0L;
        foreach (var element in array.EnumerateArray())
        {
            if (model.Matches(element, ref unreadable))
                expected.Add((index, element.GetRawText()));
            index++;
        }

        return (expected, unreadable, index, Repeats(root));
    }

    private static IEnumerable<string> Values(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var at = 0; JsonValidator.ReadValue(bytes.AsSpan(at), out var length) == JsonValidity.Complete; at += length)
            yield return Encoding.UTF8.GetString(bytes, at, length);
    }

    private static bool Repeats(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().GroupBy(member => member.Name).Any(group => group.Count() > 1) || element.EnumerateObject().Any(member => Repeats(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().Any(Repeats),
        _ => false,
    };
}
