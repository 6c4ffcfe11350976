using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.TestHelpers;
using CommitRelay.Performance.Tests.Json;
using CsCheck;

namespace CommitRelay.Performance.Tests.Queues;

/// <summary>Several cores against one: the same answer, order and faults, wherever the seams fall.</summary>
public sealed class QueuePartsTests : IDisposable
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly TempFolder _folder = new();
    private int _files;

    /// <summary>Each holds what opens like an element and is none, or an element that opens otherwise.</summary>
    public static TheoryData<string> Adversarial => new(
        """{"tasks":[{"id":1},{"id":2},{"id":3},{"id":4}],"tail":[{"id":5},{"id":6}]}""",
        """{"tasks":[{"id":1,"sub":[{"id":8},{"id":9},{"id":10}]},{"id":2,"sub":[{"id":8},{"id":9}]},{"id":3}],"x":{}}""",
        """{"tasks":[{"id":"a,{\"id\":1"},{"id":"\\"},{"id":"\\\","},{"id":",{"},{"id":"}],"},{"id":"[{"}]}""",
        """{"tasks":[{"a,{":1},{"id":2,"a,{":[",{",{"id":4}]},{"a,{":3},{",{":",{"}]}""",
        """{"tasks":[1,2,{"id":1},3,[{"id":7},{"id":8}],"x,{",{"id":2},null,[],{"id":3},4,5,6]}""",
        "[\n  {\n    \"id\": 1,\n    \"sub\": [\n  {\n    \"id\": 2 }\n,\n  {\n    \"id\": 3 } ]\n  },\n  {\n    \"id\": 4\n  },\n {\"id\":5},\n  {\n    \"id\": 6\n  }\n]\n",
        "{\n  \"tasks\": [\n    {\n      \"id\": \"\\n    {\"\n    },\n    {\n      \"id\": \"\\\\\\\"\"\n    },\n    {\n      \"id\": [\n    {\n}]\n    }\n  ],\n  \"more\": [\n    {\n    },\n    {\n    }\n  ]\n}\n",
        "{ \"head\": [\n    {},\n    {}\n ], \"tasks\": [ ], \"tail\": [\n    {},\n    {}\n ] }",
        """{"tasks":[[{"id":1}],[{"id":2}],[{"id":3},{"id":4}],[[{"id":5}]]]}""",
        """{"tasks":[{"id":1},{"id":2},{"id":"long LONG"},{"id":3},{"id":4}]}""".Replace("LONG", string.Concat(Enumerable.Repeat(",{\\\"id\\\":{}", 40)), StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Adversarial))]
    public async Task MaxCores_EverySeam_AnswersAsOneCore(string text)
    {
        var path = Write(text);
        foreach (var shape in new[] { QueueShape.Auto, QueueShape.JsonLines })
        {
            var options = new QueueReaderOptions { Shape = shape };
            var expected = await AnswerAsync(path, options, null);
            for (var partBytes = 1; partBytes <= text.Length / 2; partBytes++)
                Assert.Equal(expected, await AnswerAsync(path, options with { MaxCores = 2, PartBytes = partBytes }, null));
        }
    }

    [Fact]
    public void MaxCores_RandomQueues_AnswersAsOneCore()
        => Gen.Select(QueueReaderModelTests.Queue, JsonGen.Filter(1), Gen.Int[1, 120], Gen.Bool).Sample(
            (queue, model, partBytes, strict) => CheckAsync(Encoding.UTF8.GetBytes(queue.Text), queue.Options with { Strict = strict }, partBytes, model.Filter).GetAwaiter().GetResult(),
            iter: 500 * (1 + Repository.Soak));

    [Fact]
    public void MaxCores_DamagedQueues_TellAsOneCore()
        => Gen.Select(QueueReaderModelTests.Queue, Gen.Int[1, 120], Gen.Int[0, 1_000_000], Gen.OneOf([.. "\"\\{}[]:,x0 \n"u8]), Gen.Bool).Sample(
            (queue, partBytes, at, damage, goesOn) => CheckAsync(Damaged(Encoding.UTF8.GetBytes(queue.Text), at, damage), queue.Options with { OnMalformed = goesOn ? static _ => { } : null }, partBytes, null).GetAwaiter().GetResult(),
            iter: 500 * (1 + Repository.Soak));

    [Fact]
    public void MaxCores_SmallBuffersLargeElements_AnswersAsOneCore()
        => Gen.Select(Gen.Int[0, 9_000].Array[1, 40], Gen.Int[3_000, 20_000], Gen.Bool, Gen.Int[0, 1 << 20]).Sample(
            (lengths, partBytes, indented, seed) => CheckAsync(Encoding.UTF8.GetBytes(Tasks(lengths, indented, new Random(seed))), new QueueReaderOptions { BufferBytes = 4096 }, partBytes, null).GetAwaiter().GetResult(),
            iter: 60 * (1 + Repository.Soak));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task MaxCores_OrdinaryFile_EveryPartIsTakenAsGuessed(bool indented)
    {
        var path = Write(Tasks([.. Enumerable.Repeat(500, 200)], indented, new Random(1)));
        using var scan = new QueueScan(path, new QueueReaderOptions { MaxCores = 2, PartBytes = 8192 }, null, null, checks: false);
        await using var parts = new PartedScan<QueueScan, int>(scan, static (part, token) => Drain(part, token), CancellationToken.None);
        var (inOrder, taken) = (0, 0);
        do
        {
            inOrder++;
            while (scan.MoveNext(CancellationToken.None))
            {
            }

            while (await parts.MoveNextAsync())
                taken++;
        }
        while (parts.ScanGoesOn);

        // The first and the last part are read in order.
        Assert.Equal((2, (int)((new FileInfo(path).Length - 1) / 8192) - 1), (inOrder, taken));
    }

    [Fact]
    public async Task MaxCores_ReadingEndsEarly_NothingIsLeftBehind()
    {
        var path = Write(Tasks([.. Enumerable.Repeat(500, 2000)], true, new Random(1)));
        var options = new QueueReaderOptions { MaxCores = 2, PartBytes = 8192 };
        await foreach (var task in Reader(options).ReadAsync(path))
        {
            if (task.GetProperty("id").GetString() == "task-100")
                break;
        }

        using var cancelled = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var task in Reader(options).ReadAsync(path, cancellationToken: cancelled.Token))
            {
                if (task.GetProperty("id").GetString() == "task-100")
                    await cancelled.CancelAsync();
            }
        });
        Assert.Equal(2000, await new QueueReader(options).CountAsync(path));
    }

    [Fact]
    public async Task MaxCores_FileChangedInPlaceMeanwhile_IsReported()
    {
        var path = Write(Tasks([.. Enumerable.Repeat(500, 500)], true, new Random(1)));
        var fault = await Assert.ThrowsAsync<QueueFormatException>(async () =>
        {
            await foreach (var task in Reader(new QueueReaderOptions { MaxCores = 2, PartBytes = 8192 }).ReadAsync(path))
            {
                if (task.GetProperty("id").GetString() == "task-10")
                    await File.AppendAllTextAsync(path, " ");
            }
        });
        Assert.Contains("changed in place", fault.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static QueueReader<JsonElement> Reader(QueueReaderOptions options) => new(AnyJsonContext.Default.JsonElement, options);

    private static int Drain(QueueScan scan, CancellationToken cancellationToken)
    {
        while (scan.MoveNext(cancellationToken))
        {
        }

        return 0;
    }

    private static byte[] Damaged(byte[] text, int at, byte damage)
    {
        at %= text.Length + 1;
        return [.. text[..at], damage, .. text[Math.Min(at + 1, text.Length)..]];
    }

    private static string Tasks(int[] lengths, bool indented, Random random)
    {
        var tasks = lengths.Select((length, n) => new Dictionary<string, object>
        {
            ["id"] = $"task-{n}",
            ["status"] = n % 3 == 0 ? "queued" : "done",
            ["text"] = new string([.. Enumerable.Range(0, length).Select(_ => "\"\\{}[],: a"[random.Next(10)])]),
            ["context"] = new[] { new { status = "queued" } },
        });
        return JsonSerializer.Serialize(new { tasks, total = lengths.Length }, indented ? Indented : JsonSerializerOptions.Default);
    }

    private string Write(string text) => _folder.Write($"{_files++ % 8}.json", text);

    private async Task CheckAsync(byte[] text, QueueReaderOptions options, int partBytes, JsonFilter? filter)
    {
        var path = _folder[$"{Interlocked.Increment(ref _files)}.json"];
        await File.WriteAllBytesAsync(path, text);
        Assert.Equal(await AnswerAsync(path, options, filter), await AnswerAsync(path, options with { MaxCores = 3, PartBytes = partBytes }, filter));
        File.Delete(path);
    }

    /// <summary>All that a caller sees, in its order.</summary>
    private static async Task<List<string>> AnswerAsync(string path, QueueReaderOptions options, JsonFilter? filter)
    {
        var seen = new List<string>();
        if (options.OnMalformed is not null)
            options = options with { OnMalformed = fault => seen.Add($"{fault.Message} {fault.JsonPath}") };
        await SeeAsync(seen, async statistics => seen.Add($"{await new QueueReader(options).CountAsync(path, filter, statistics)} tasks"));
        await SeeAsync(seen, async statistics =>
        {
            var counts = await new QueueReader(options).CountByAsync(path, "status", filter, statistics);
            seen.Add($"{string.Join(' ', counts.ByText.OrderBy(entry => entry.Key, StringComparer.Ordinal))} {counts.Absent} {counts.Null} {counts.NotText}");
        });
        await SeeAsync(seen, async statistics =>
        {
            await foreach (var task in Reader(options).ReadAsync(path, filter, statistics))
                seen.Add(task.GetRawText());
        });
        await SeeAsync(seen, async statistics =>
        {
            await foreach (var task in new QueueReader<QueueTask>(QueueTaskContext.Default.QueueTask, options).ReadAsync(path, filter, statistics))
                seen.Add(task.Id ?? "none");
        });
        return seen;
    }

    private static async Task SeeAsync(List<string> seen, Func<QueueReadStatistics, Task> read)
    {
        var statistics = new QueueReadStatistics();
        try
        {
            await read(statistics);
            seen.Add($"{statistics.Elements} {statistics.Matched} {statistics.Faults} {statistics.UnreadableInstants}");
        }
        catch (QueueFormatException fault)
        {
            seen.Add($"{fault.Message} {fault.JsonPath}");
        }
    }
}

[JsonSerializable(typeof(JsonElement))]
internal sealed partial class AnyJsonContext : JsonSerializerContext;
