using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.Relay;
using CommitRelay.Performance.TestHelpers;
using CommitRelay.Performance.Workers;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace CommitRelay.Performance.Tests;

public sealed class TelemetryTests : IDisposable
{
    private const string QueueFile = "seen-through-opentelemetry.json";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Page_ListsEveryInstrument_WithItsKindUnitAndMeaning()
    {
        foreach (var type in typeof(Telemetry).Assembly.GetTypes().Where(type => type.Name.EndsWith("Metrics", StringComparison.Ordinal) && type is { ContainsGenericParameters: false }))
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        var rows = new SortedSet<string>(StringComparer.Ordinal);
        using (var listener = new MeterListener())
        {
            listener.InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == Telemetry.Name)
                    rows.Add($"| `{instrument.Name}` | {Kind(instrument)} | `{instrument.Unit}` | {instrument.Description} |");
            };
            listener.Start();
        }

        Assert.NotEmpty(rows);
        var page = File.ReadLines(Path.Combine(Repository.Root, "docs", "telemetry.md")).Where(line => line.StartsWith("| `commitrelay.", StringComparison.Ordinal));
        Assert.Equal(string.Join('\n', rows), string.Join('\n', page));
    }

    [Fact]
    public async Task Worker_OverAQueue_IsSeenThroughOpenTelemetry()
    {
        var activities = new List<Activity>();
        var metrics = new List<Metric>();
        var tracing = Sdk.CreateTracerProviderBuilder().AddSource(Telemetry.Name).AddInMemoryExporter(activities).Build();
        using var metering = Sdk.CreateMeterProviderBuilder().AddMeter(Telemetry.Name).AddInMemoryExporter(metrics).Build();
        _folder.Write(QueueFile, """{"tasks":[{"id":"a","status":"queued"},{"id":"b","status":"queued"}]}""");
        var governor = new ConcurrencyGovernor();
        await using (var queue = new QueueClaims<RelayTask>(_folder[QueueFile], RelayJson.Task))
            await WorkerLoop.RunAsync<RelayTask>(queue, (_, _) => ValueTask.CompletedTask, new() { UntilEmpty = true, Governor = governor });
        metering.ForceFlush();

        // Other tests of the process trace too: into the list, while it is looked through.
        tracing.Dispose();
        Assert.Contains(activities, activity => activity.DisplayName == "queue.claim");
        Assert.Contains(activities, activity => activity.DisplayName == "queue.complete");
        Assert.Contains(activities, activity => activity.DisplayName == "queue.mirror");
        Assert.Equal(2, Sum(metrics, "commitrelay.queue.completed"));
        Assert.Contains(metrics, metric => metric.Name == "commitrelay.governor.limit");
        GC.KeepAlive(governor);
    }

    /// <summary>Of this test's queue file only: other tests of the process count too.</summary>
    private static long Sum(List<Metric> metrics, string name)
    {
        var sum = 0L;
        foreach (var point in metrics.Single(metric => metric.Name == name).GetMetricPoints())
        {
            foreach (var tag in point.Tags)
            {
                if (tag.Value is QueueFile)
                    sum += point.GetSumLong();
            }
        }

        return sum;
    }

    private static string Kind(Instrument instrument) => instrument.GetType().Name.Split('`')[0] switch
    {
        "Counter" => "counter",
        "Histogram" => "histogram",
        "ObservableUpDownCounter" => "up-down counter",
        "Gauge" or "ObservableGauge" => "gauge",
        var other => other,
    };
}
