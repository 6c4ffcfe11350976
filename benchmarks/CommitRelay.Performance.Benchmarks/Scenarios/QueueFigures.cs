using System.Globalization;
using System.Runtime.Intrinsics;
using System.Text.Json;
using CommitRelay.Performance.Benchmarks.Peers;
using CommitRelay.Performance.Benchmarks.Queues;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.Queues;

namespace CommitRelay.Performance.Benchmarks.Scenarios;

/// <summary>
/// <c>queue-figures [--size 200MB] [--only GROUP,…] [--pairs 20]</c>: every figure of queue reading, by alternating pairs in one process.
/// Groups: kernel, count, cores, survey, widths, elements, objects, first, small.
/// </summary>
internal sealed class QueueFigures(string path, string layout)
{
    private static readonly JsonFilter Queued = JsonFilter.EqualTo("status", "queued");

    private readonly long _bytes = new FileInfo(path).Length;

    public static Task<int> RunAsync(string[] args)
    {
        var size = ParseSize(Option(args, "--size") ?? "200MB");
        var only = Option(args, "--only");
        Pairs.Count = int.Parse(Option(args, "--pairs") ?? "20", CultureInfo.InvariantCulture);
        Console.WriteLine($"{Environment.ProcessorCount} cores, Vector512 {Vector512.IsHardwareAccelerated}, .NET {Environment.Version}, median of {Pairs.Count} alternating pairs");
        foreach (var indented in new[] { true, false })
        {
            var figures = new QueueFigures(QueueFile.Get(size, indented), indented ? "indented" : "compact");
            foreach (var (name, group) in figures.Groups.Where(group => only is null || only.Split(',').Contains(group.Key)))
                group();
        }

        return Task.FromResult(0);
    }

    private Dictionary<string, Action> Groups => new()
    {
        ["kernel"] = Kernel,
        ["count"] = Count,
        ["cores"] = Cores,
        ["survey"] = Survey,
        ["widths"] = Widths,
        ["elements"] = Elements,
        ["objects"] = Objects,
        ["first"] = First,
        ["small"] = Small,
    };

    private void Count()
    {
        var reader = new QueueReader();
        var expected = QueuePeers.CountWithUtf8JsonReader(path, "queued");
        Check(expected, reader.CountAsync(path, Queued).Result);
        Compare("count", "bare read", () => reader.CountAsync(path, Queued).Wait(), () => BareRead.Run(path));
        Compare("count", "Utf8JsonReader", () => reader.CountAsync(path, Queued).Wait(), () => QueuePeers.CountWithUtf8JsonReader(path, "queued"));
        Compare("count by", "bare read", () => reader.CountByAsync(path, "status").Wait(), () => BareRead.Run(path));
        Compare("count all", "bare read", () => reader.CountAsync(path).Wait(), () => BareRead.Run(path));
        if (Simdjson.TryBuild() is not { } simdjson)
        {
            Console.WriteLine("simdjson: left out, g++ or libsimdjson-dev is absent");
            return;
        }

        simdjson.Load(path);
        Check(expected, simdjson.CountQueued());
        Compare("count", $"simdjson {simdjson.Version} in memory", () => reader.CountAsync(path, Queued).Wait(), () => simdjson.CountQueued());
        Compare("count", "simdjson with load", () => reader.CountAsync(path, Queued).Wait(), () =>
        {
            simdjson.Load(path);
            simdjson.CountQueued();
        });
    }

    /// <summary>The scanner alone over text in the second-level cache, and the cutter on top of it: what a change to them gains, whatever reading costs.</summary>
    private unsafe void Kernel()
    {
        var text = new byte[(256 * 1024) + 256];
        using (var file = File.OpenRead(path))
            file.ReadExactly(text, 0, 256 * 1024);
        var events = new int[text.Length];
        var marks = new byte[text.Length];
        BlockKey[] keys = [new("status"u8.ToArray()), new("created_at"u8.ToArray())];
        fixed (byte* bytes = text)
        fixed (int* positions = events)
        fixed (byte* characters = marks)
        {
            var (start, target, targetMarks) = ((nint)bytes, (nint)positions, (nint)characters);
            foreach (var width in new[] { ScanWidth.Vector512, ScanWidth.Vector256, ScanWidth.Vector128, ScanWidth.Scalar }.Where(BlockScanner.IsSupported))
            {
                for (var count = 0; count <= 2; count++)
                {
                    var scanner = new BlockScanner(width, keys.AsSpan(0, count));
                    Best($"scanner, {width}, {count} keys", 256 * 1024, () =>
                    {
                        for (var at = 0; at < 256 * 1024; at += 4096)
                            scanner.Scan((byte*)start + at, 64, at, (int*)target, (byte*)targetMarks);
                    });
                }
            }
        }

        var body = File.ReadAllBytes(path).AsMemory(0, 256 * 1024);
        body = body[..body.Span.LastIndexOf("},"u8)];
        byte[] whole = [.. body.Span[..body.Span.LastIndexOf(layout == "compact" ? "},{\"id\""u8 : "\n    },"u8)], .. "}]}"u8];
        var memory = QueueSource.FromMemory(whole);
        var reader = new QueueReader();
        Best("cutter over memory, all", whole.Length, () => reader.CountAsync(memory).Wait());
        Best("cutter over memory, status", whole.Length, () => reader.CountAsync(memory, Queued).Wait());
        Best("cutter over memory, by status", whole.Length, () => reader.CountByAsync(memory, "status").Wait());
        Best("survey of memory", whole.Length, () => QueueSurvey.ReadAsync(memory).Wait());
        Best("validator", body.Length, () => JsonValidator.FirstError(body.Span));
        Best("cutter over memory, all raw", whole.Length, () => reader.VisitAsync(memory, default(Lengths)).Wait());
    }

    private void Best(string name, int bytes, Action work)
    {
        var best = double.MaxValue;
        for (var i = 0; i < 3000; i++)
        {
            var start = System.Diagnostics.Stopwatch.GetTimestamp();
            work();
            best = Math.Min(best, System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{layout}: {name}: {bytes / best / 1e6:f0} MB/s at best"));
    }

    private void Cores()
    {
        var two = new QueueReaderOptions { MaxCores = 2 };
        var (one, reader, tasks) = (new QueueReader(), new QueueReader(two), new QueueReader<BenchmarkTask>(BenchmarkTaskContext.Default.BenchmarkTask, two));
        Check(one.CountAsync(path, Queued).Result, reader.CountAsync(path, Queued).Result);
        Compare("count, 2 cores", "1 core", () => reader.CountAsync(path, Queued).Wait(), () => one.CountAsync(path, Queued).Wait());
        Compare("count, 2 cores", "bare read", () => reader.CountAsync(path, Queued).Wait(), () => BareRead.Run(path));
        Compare("count, 2 cores", "Utf8JsonReader", () => reader.CountAsync(path, Queued).Wait(), () => QueuePeers.CountWithUtf8JsonReader(path, "queued"));
        Compare("count by, 2 cores", "bare read", () => reader.CountByAsync(path, "status").Wait(), () => BareRead.Run(path));
        Compare("wanted as T, 2 cores", "Utf8JsonReader counting", () => DrainAsync(tasks, Queued).Wait(), () => QueuePeers.CountWithUtf8JsonReader(path, "queued"));
        Compare("all as T, 2 cores", "DeserializeAsyncEnumerable", () => DrainAsync(tasks, null).Wait(), () => FrameworkStreamAsync().Wait(), pairs: 10);
    }

    private void Survey()
    {
        Check(QueueSurvey.ReadAsync(path).Result.Figures.ByStatus.ByText["queued"], QueueSurvey.ReadAsync(path, maxCores: 2).Result.Figures.ByStatus.ByText["queued"]);
        Compare("survey", "bare read", () => QueueSurvey.ReadAsync(path).Wait(), () => BareRead.Run(path));
        Compare("survey, 2 cores", "bare read", () => QueueSurvey.ReadAsync(path, maxCores: 2).Wait(), () => BareRead.Run(path));
    }

    private void Widths()
    {
        var best = new QueueReader();
        foreach (var width in new[] { ScanWidth.Vector512, ScanWidth.Vector256, ScanWidth.Vector128, ScanWidth.Scalar }.Where(BlockScanner.IsSupported))
        {
            var forced = new QueueReader(new QueueReaderOptions { Width = width });
            Compare($"count, {width}", "best width", () => forced.CountAsync(path, Queued).Wait(), () => best.CountAsync(path, Queued).Wait());
        }
    }

    private void Elements()
    {
        var reader = new QueueReader();
        Compare("visitor", "count", () => reader.VisitAsync(path, default(Lengths), Queued).Wait(), () => reader.CountAsync(path, Queued).Wait());
        Compare("await foreach", "count", () => DrainAsync(reader).Wait(), () => reader.CountAsync(path, Queued).Wait());
        Allocation("count", () => reader.CountAsync(path, Queued).Wait());
        Allocation("visitor", () => reader.VisitAsync(path, default(Lengths), Queued).Wait());
        Allocation("await foreach", () => DrainAsync(reader).Wait());
    }

    private void Objects()
    {
        var reader = new QueueReader<BenchmarkTask>(BenchmarkTaskContext.Default.BenchmarkTask);
        Compare("wanted as T", "Utf8JsonReader counting", () => DrainAsync(reader, Queued).Wait(), () => QueuePeers.CountWithUtf8JsonReader(path, "queued"));
        var ours = DrainAsync(reader, null).Result;
        var (framework, lost) = FrameworkStreamAsync().Result;
        Console.WriteLine($"{layout}: all as T: {ours} tasks; DeserializeAsyncEnumerable: {framework} tasks, then: {lost}");
        Compare("all as T", "DeserializeAsyncEnumerable", () => DrainAsync(reader, null).Wait(), () => FrameworkStreamAsync().Wait(), pairs: 10);
    }

    private void First()
    {
        var text = File.ReadAllBytes(path);
        var at = text.AsSpan((int)(text.Length * 0.01)).IndexOf("\"status\""u8) + (int)(text.Length * 0.01);
        var value = at + text.AsSpan(at).IndexOf((byte)':');
        value += text.AsSpan(value).IndexOf((byte)'"') + 1;
        var wanted = Path.Combine(Path.GetTempPath(), "commitrelay-queue-first.json");
        text.AsSpan(value, 3).Fill((byte)'!');
        File.WriteAllBytes(wanted, text);
        var marked = text.AsSpan(value, text.AsSpan(value).IndexOf((byte)'"'));
        var filter = JsonFilter.EqualTo("status", System.Text.Encoding.UTF8.GetString(marked));
        var reader = new QueueReader();
        Compare("first at 1 %", "reading it all", () => FirstAsync(reader, wanted, filter).Wait(), () => reader.CountAsync(wanted, filter).Wait());
        File.Delete(wanted);
    }

    private static void Small()
    {
        var reader = new QueueReader<BenchmarkTask>(BenchmarkTaskContext.Default.BenchmarkTask);
        foreach (var tasks in new[] { 1, 10, 100 })
        {
            var small = FileOf(tasks);
            Action ours = () => Repeat(1000, () => DrainAsync(reader, small).Wait());
            Action peer = () => Repeat(1000, () => JsonSerializer.Deserialize(File.ReadAllBytes(small), BenchmarkTaskContext.Default.BenchmarkQueueFile));

            // The first pairs fall into the time in which the JIT still compiles for good; of a single task that is some ten thousand reads.
            for (var warm = 0; warm < 3; warm++)
                Pairs.Measure(ours, peer);
            var result = Pairs.Measure(ours, peer);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{tasks} tasks as T: {result.OursMilliseconds:f1} us, {result.Ratio:f2} x File.ReadAllBytes + JsonSerializer"));
        }
    }

    private void Compare(string ours, string peer, Action oursWork, Action peerWork, int? pairs = null)
    {
        var result = Pairs.Measure(oursWork, peerWork, pairs);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{layout}: {ours}: {_bytes / result.OursMilliseconds / 1000:f0} MB/s, {peer}: {_bytes / result.PeerMilliseconds / 1000:f0} MB/s, ratio {result.Ratio:f2}"));
    }

    private void Allocation(string name, Action work)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        work();
        Console.WriteLine($"{layout}: {name}: {GC.GetTotalAllocatedBytes(precise: true) - before} bytes allocated by one read");
    }

    private async Task<long> DrainAsync(QueueReader reader)
    {
        var total = 0L;
        await foreach (var element in reader.ReadElementsAsync(path, Queued))
            total += element.Bytes.Length;
        return total;
    }

    private Task<int> DrainAsync(QueueReader<BenchmarkTask> reader, JsonFilter? filter) => DrainAsync(reader, path, filter);

    private static async Task<int> DrainAsync(QueueReader<BenchmarkTask> reader, string file, JsonFilter? filter = null)
    {
        var count = 0;
        await foreach (var task in reader.ReadAsync(file, filter))
            count++;
        return count;
    }

    private static async Task FirstAsync(QueueReader reader, string file, JsonFilter filter)
    {
        await foreach (var element in reader.ReadElementsAsync(file, filter))
            return;
        throw new InvalidOperationException("The wanted task was not found.");
    }

    /// <summary>The framework streams root arrays only, so the stream is set to the array's bracket; what stands behind the array then ends it in an error.</summary>
    private async Task<(int Count, string End)> FrameworkStreamAsync()
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        await using var owned = stream;
        var head = new byte[4096];
        stream.ReadExactly(head);
        stream.Position = head.AsSpan().IndexOf((byte)'[');
        var count = 0;
        try
        {
            await foreach (var task in JsonSerializer.DeserializeAsyncEnumerable(stream, BenchmarkTaskContext.Default.BenchmarkTask))
                count++;
        }
        catch (JsonException e)
        {
            return (count, e.Message);
        }

        return (count, "end");
    }

    private static void Check(long expected, long found)
    {
        if (expected != found)
            throw new InvalidOperationException($"Expected {expected}, found {found}.");
    }

    private static void Repeat(int times, Action work)
    {
        for (var i = 0; i < times; i++)
            work();
    }

    private static string? Option(string[] args, string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

    private static string FileOf(int tasks)
    {
        using var text = new MemoryStream();
        for (var bytes = 100; QueueFile.Write(text, bytes, indented: true) < tasks; bytes += 500)
            text.SetLength(0);
        var file = Path.Combine(Path.GetTempPath(), $"commitrelay-queue-{tasks}-tasks.json");
        File.WriteAllBytes(file, text.ToArray());
        return file;
    }

    private static int ParseSize(string text)
    {
        var megabytes = int.Parse(text.TrimEnd('G', 'M', 'B'), CultureInfo.InvariantCulture);
        return text.EndsWith("GB", StringComparison.Ordinal) ? 1000 * megabytes : megabytes;
    }

    private struct Lengths : IQueueVisitor
    {
        public long Total;

        public bool Visit(in QueueElement element)
        {
            Total += element.Bytes.Length;
            return true;
        }
    }
}
