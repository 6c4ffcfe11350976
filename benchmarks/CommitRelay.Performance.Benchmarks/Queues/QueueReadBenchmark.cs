using System.ComponentModel;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using CommitRelay.Performance.Benchmarks.Reports;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.Queues;

namespace CommitRelay.Performance.Benchmarks.Queues;

/// <summary>
/// The claim: the queued tasks (one in ten) of a large queue file come out fastest, in constant memory, with <see cref="QueueReader{T}"/>.
/// The baseline is what most people write. Every peer uses source-generated metadata where it can; all return the same count, which is checked,
/// except <c>DeserializeAsyncEnumerable</c>, which loses the last tasks of a nested array.
/// </summary>
[MemoryDiagnoser]
[Description("Read the queued tasks of a queue file")]
public class QueueReadBenchmark
{
    private static readonly JsonFilter Queued = JsonFilter.EqualTo("status", "queued");
    private readonly QueueReader<BenchmarkTask> _reader = new(BenchmarkTaskContext.Default.BenchmarkTask);
    private readonly QueueReader _counter = new();
    private string _path = "";
    private long _expected;

    [ParamsSource(nameof(Sizes))]
    public int Megabytes { get; set; }

    public static IEnumerable<int> Sizes => Smoke.Megabytes;

    [GlobalSetup]
    public void Setup()
    {
        _path = QueueFile.Get(Megabytes);
        _expected = QueuePeers.CountWithUtf8JsonReader(_path, "queued");
    }

    [Benchmark(Baseline = true, Description = "File.ReadAllText + JsonSerializer")]
    public long ReadAllText()
    {
        var file = JsonSerializer.Deserialize(File.ReadAllText(_path), BenchmarkTaskContext.Default.BenchmarkQueueFile);
        return Check(file!.Tasks!.Count(static t => t.Status == "queued"));
    }

    [Benchmark(Description = "Newtonsoft.Json, streaming")]
    public long Newtonsoft() => Check(QueuePeers.ReadWithNewtonsoft(_path, static t => t.Status == "queued"));

    [Benchmark(Description = "DeserializeAsyncEnumerable, placed on the array; loses the last tasks")]
    public async Task<long> AsyncEnumerable() => await QueuePeers.ReadWithAsyncEnumerable(_path, static t => t.Status == "queued");

    [Benchmark(Description = "Utf8JsonReader over chunks, counts only")]
    public long Utf8JsonReader() => Check(QueuePeers.CountWithUtf8JsonReader(_path, "queued"));

    [Benchmark(Description = "QueueReader<T>, filtered before parsing")]
    public async Task<long> QueueReaderAsTasks()
    {
        var count = 0L;
        await foreach (var task in _reader.ReadAsync(_path, Queued))
            count += task is null ? 0 : 1;
        return Check(count);
    }

    [Benchmark(Description = "QueueReader, counts only")]
    public async Task<long> QueueReaderCount() => Check(await _counter.CountAsync(_path, Queued));

    private long Check(long count) => count == _expected ? count : throw new InvalidOperationException($"{count} tasks instead of {_expected}.");
}
