using System.ComponentModel;
using System.Globalization;
using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using CommitRelay.Performance.Benchmarks.Columns;
using CommitRelay.Performance.Events;
using Serilog;

namespace CommitRelay.Performance.Benchmarks.Events;

/// <summary>
/// The claim: one producer's events get to the file fastest through <see cref="EventWriter"/>. One call is the whole life of a writer:
/// open a new file, 500,000 events of about 170 bytes (5,000 for the baseline, whose cost an event does not change), flush, close; every way serialises with source-generated metadata and gives all bytes
/// to the OS, which is checked. The baseline is what most people write.
/// </summary>
[MemoryDiagnoser]
[Items("events")]
[Description("Append events to a file")]
public class EventAppendBenchmark
{
    private const int Count = 500_000;
    private const int BaselineCount = 5_000;
    private readonly BenchmarkEvent[] _events = [.. Enumerable.Range(0, BaselineCount).Select(BenchmarkEvent.Create)];
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"commitrelay-events-{Environment.ProcessId}.jsonl");
    private long _bytes;

    [GlobalSetup]
    public void Setup() => _bytes = _events.Sum(static e => JsonSerializer.SerializeToUtf8Bytes(e, BenchmarkEventContext.Default.BenchmarkEvent).Length + 1L);

    [GlobalCleanup]
    public void Cleanup() => File.Delete(_path);

    [Benchmark(Baseline = true, OperationsPerInvoke = BaselineCount, Description = "File.AppendAllText for each event")]
    public void AppendAllText()
    {
        File.Delete(_path);
        foreach (var e in _events)
            File.AppendAllText(_path, Text(e) + "\n");
        Check(BaselineCount);
    }

    [Benchmark(OperationsPerInvoke = Count, Description = "StreamWriter kept open, 64 KiB buffer")]
    public void StreamWriter()
    {
        File.Delete(_path);
        using (var writer = new StreamWriter(_path, append: true, new UTF8Encoding(false), 64 * 1024) { NewLine = "\n" })
        {
            foreach (var e in Events())
                writer.WriteLine(Text(e));
        }

        Check(Count);
    }

    [Benchmark(OperationsPerInvoke = Count, Description = "Serilog file sink, buffered")]
    public void SerilogBuffered()
    {
        File.Delete(_path);
        using (var logger = new LoggerConfiguration()
            .WriteTo.File(_path, outputTemplate: "{Message:l}\n", formatProvider: CultureInfo.InvariantCulture, buffered: true, fileSizeLimitBytes: null)
            .CreateLogger())
        {
            foreach (var e in Events())
                logger.Information("{Event:l}", Text(e));
        }

        Check(Count);
    }

    [Benchmark(OperationsPerInvoke = Count, Description = "EventWriter")]
    public async Task EventWriter()
    {
        File.Delete(_path);
        await using (var writer = new EventWriter(_path))
        {
            foreach (var e in Events())
                writer.Write(e, BenchmarkEventContext.Default.BenchmarkEvent);
            await writer.FlushAsync(Durability.Flushed);
        }

        Check(Count);
    }

    private static string Text(BenchmarkEvent e) => JsonSerializer.Serialize(e, BenchmarkEventContext.Default.BenchmarkEvent);

    private IEnumerable<BenchmarkEvent> Events()
    {
        for (var round = 0; round < Count / BaselineCount; round++)
        {
            foreach (var e in _events)
                yield return e;
        }
    }

    private void Check(int events)
    {
        var length = new FileInfo(_path).Length;
        var expected = _bytes * (events / BaselineCount);
        if (length != expected)
            throw new InvalidOperationException($"{length} bytes in the file instead of {expected}.");
    }
}
