using System.ComponentModel;
using BenchmarkDotNet.Attributes;
using CommitRelay.Performance.Benchmarks.Peers;
using CommitRelay.Performance.Benchmarks.Reports;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.Queues;

namespace CommitRelay.Performance.Benchmarks.Queues;

/// <summary>
/// The claim: an edit of a large queue file costs little more than copying it. The baseline is a read/write loop and a rename: no replacing edit can cost less.
/// In memory where there is <c>/dev/shm</c>, so that an fsync costs nothing and work is compared with work.
/// </summary>
[MemoryDiagnoser]
[Description("Edit a queue file")]
public class QueueEditBenchmark
{
    private static readonly JsonFilter OneInSeven = JsonFilter.EqualTo("priority", "low");
    private string _path = "";
    private QueueEditor _editor = null!;
    private QueueEditor[] _prioritisers = [];
    private int _value;

    [ParamsSource(nameof(Sizes))]
    public int Megabytes { get; set; }

    public static IEnumerable<int> Sizes => Smoke.Megabytes;

    [GlobalSetup]
    public void Setup()
    {
        _path = Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"commitrelay-edit-{Environment.ProcessId}.json");
        File.Copy(QueueFile.Get(Megabytes), _path, overwrite: true);
        _editor = new QueueEditor(_path);

        // Each pass finds another order than it makes, so that every one of them moves tasks.
        string[][] orders = [["low", "medium", "high", "critical"], ["critical", "high", "medium", "low"]];
        _prioritisers = [.. orders.Select(order => new QueueEditor(_path, new QueueEditorOptions { Queue = new QueueReaderOptions { PriorityOrder = order } }))];
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        File.Delete(_path);
        File.Delete(_path + ".lock");
    }

    [Benchmark(Baseline = true, Description = "read/write loop, rename")]
    public void Copy() => RewritePeer.Copy(_path, durable: false);

    [Benchmark(Description = "QueueEditor, one task")]
    public Task<bool> OneTask() => _editor.SetByIdAsync("task-000500", "retry_count", $"{++_value}");

    [Benchmark(Description = "QueueEditor, one task in seven")]
    public Task<int> ManyTasks() => _editor.SetAsync(OneInSeven, "retry_count", $"{++_value}");

    [Benchmark(Description = "QueueEditor, prioritise")]
    public Task Prioritise() => _prioritisers[++_value % 2].PrioritiseAsync();
}
