using System.ComponentModel;
using BenchmarkDotNet.Attributes;
using CommitRelay.Performance.Benchmarks.Peers;
using CommitRelay.Performance.Benchmarks.Reports;
using CommitRelay.Performance.Queues;

namespace CommitRelay.Performance.Benchmarks.Queues;

/// <summary>
/// The claim: a durable claim costs one append, not a rewrite of the queue. The baseline is what people write: read, change and replace the file, durably.
/// Ours claims a task and gives it back, which is two appends and two fsyncs, so that tasks never run out; the baselines claim only.
/// </summary>
[MemoryDiagnoser]
[Description("Claim a task, durably")]
public class QueueClaimBenchmark : IAsyncDisposable
{
    private string _folder = "";
    private QueueClaims<BenchmarkTask> _queue = null!;

    private string Ours => Path.Combine(_folder, "ours.json");

    private string Peers => Path.Combine(_folder, "peers.json");

    [GlobalSetup]
    public void Setup()
    {
        _folder = Directory.CreateTempSubdirectory("commitrelay-claim").FullName;
        foreach (var path in (string[])[Ours, Peers])
            File.Copy(QueueFile.Get(Smoke.IsOn ? 2 : 10), path);
        _queue = new QueueClaims<BenchmarkTask>(Ours, BenchmarkTaskContext.Default.BenchmarkTask);
    }

    [GlobalCleanup]
    public async Task CleanupAsync()
    {
        await DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public async ValueTask DisposeAsync()
    {
        await _queue.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true, Description = "parse, change, write, fsync, rename")]
    public string? Rewrite() => RewritePeer.Claim(Peers);

    [Benchmark(Description = "copy, fsync, rename")]
    public void Copy() => RewritePeer.Copy(Peers, durable: true);

    [Benchmark(Description = "QueueClaims<T>, claim and give back")]
    public async Task<int> ClaimAndGiveBackAsync()
    {
        var claims = await _queue.ClaimAsync(1, TimeSpan.Zero);
        await _queue.AbandonAsync(claims);
        return claims.Count;
    }
}
