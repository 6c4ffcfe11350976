using System.Diagnostics.Metrics;

namespace CommitRelay.Performance.Events;

/// <summary>The counts of <see cref="EventWriterStatistics"/> as instruments; each carries the file's name. Fed once a batch, not once an event.</summary>
internal sealed class EventMetrics(string path)
{
    private static readonly Counter<long> WrittenEvents = Telemetry.Meter.CreateCounter<long>("commitrelay.events.written", "{event}", "Events given to the operating system.");
    private static readonly Counter<long> WrittenBytes = Telemetry.Meter.CreateCounter<long>("commitrelay.events.written.bytes", "By", "Bytes given to the operating system.");
    private static readonly Counter<long> DroppedEvents = Telemetry.Meter.CreateCounter<long>("commitrelay.events.dropped", "{event}", "Events refused because the bounded memory was full.");
    private static readonly Counter<long> RecoveredEvents = Telemetry.Meter.CreateCounter<long>("commitrelay.events.recovered", "{event}", "Events of dead processes written by this one.");
    private static readonly Counter<long> DamagedSpans = Telemetry.Meter.CreateCounter<long>("commitrelay.events.damaged", "{span}", "Stretches of event files that a reader found to be no value.");
    private static readonly Histogram<double> FlushDuration = Telemetry.Meter.CreateHistogram<double>("commitrelay.events.flush.duration", "s", "Time of one batch: lock, checks and write.");
    private static readonly Histogram<long> BatchBytes = Telemetry.Meter.CreateHistogram<long>("commitrelay.events.batch.size", "By", "Size of one batch.");
    private static readonly Histogram<double> SyncDuration = Telemetry.Meter.CreateHistogram<double>("commitrelay.events.sync.duration", "s", "Time of one fsync.");
    private static readonly Gauge<long> DiskFree = Telemetry.Meter.CreateGauge<long>("commitrelay.events.disk.free", "By", "Free bytes of the event file's file system, as last looked at.");

    private readonly KeyValuePair<string, object?> _file = new("commitrelay.events.file", Path.GetFileName(path));

    public static void Damaged() => DamagedSpans.Add(1);

    public void Written(int events, int bytes)
    {
        WrittenEvents.Add(events, _file);
        WrittenBytes.Add(bytes, _file);
    }

    public void Dropped() => DroppedEvents.Add(1, _file);

    public void Recovered(long events) => RecoveredEvents.Add(events, _file);

    public void Flushed(TimeSpan duration, int bytes)
    {
        FlushDuration.Record(duration.TotalSeconds, _file);
        BatchBytes.Record(bytes, _file);
    }

    public void Disk(long free) => DiskFree.Record(free, _file);

    public void Synced(TimeSpan duration) => SyncDuration.Record(duration.TotalSeconds, _file);
}
