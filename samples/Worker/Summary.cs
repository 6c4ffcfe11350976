using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CommitRelay.Performance.Events;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.Probes;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.RateLimits;
using CommitRelay.Performance.Relay;

namespace CommitRelay.Samples.Worker;

/// <summary>What the run did, for people and for programs. Times in seconds, sizes in bytes.</summary>
internal sealed record Summary
{
    private const int MalformedShown = 20;

    public required string Home { get; init; }
    public required double Seconds { get; init; }
    public required int TasksDone { get; init; }
    public required int TasksLeft { get; init; }
    public required int TasksGivenUp { get; init; }
    public required int TasksUnclaimable { get; init; }
    public required double? QueueWaitMedian { get; init; }
    public required double? QueueWaitP95 { get; init; }
    public required long EventsBefore { get; init; }
    public required long Events { get; init; }
    public required long EventBatches { get; init; }
    public required long EventBytes { get; init; }
    public required long EventsDropped { get; init; }
    public required long Requests { get; init; }
    public required long Refused { get; init; }
    public required long Retries { get; init; }
    public required double PacingDelay { get; init; }
    public required double? HostCpuPeak { get; init; }
    public required double? ProcessCpuTime { get; init; }
    public required long ProcessMemoryPeak { get; init; }
    public required double? HostMemoryUtilization { get; init; }
    public required long? DiskAvailable { get; init; }
    public required long? DiskTotal { get; init; }
    public required string Governor { get; init; }
    public required IReadOnlyList<string> Malformed { get; init; }
    public required string? Failure { get; init; }
    public required int ExitCode { get; init; }

    public static async Task<Summary> CollectAsync(IServiceProvider services, RelayHome home, WorkerSettings settings, WorkerReport report, TimeSpan elapsed)
    {
        var failure = report.Failure;
        var counts = default(TaskCounts);
        if (report.Result is not null)
        {
            try
            {
                counts = await services.GetRequiredService<ITaskQueue<RelayTask>>().CountAsync();
                await services.GetRequiredService<IEventSink>().FlushAsync();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonFormatException or EventWriterException)
            {
                failure ??= e.Message;
            }
        }

        var events = report.Result is not null ? services.GetRequiredService<EventWriter>().Statistics : default;
        var calls = services.GetRequiredService<RateLimitStatistics>().Snapshot();
        var watch = services.GetServices<IHostedService>().OfType<ResourceWatch>().Single();
        var disk = services.GetRequiredService<DiskProbe>().Sample();
        var host = services.GetRequiredService<HostProbe>().Sample();
        var self = services.GetRequiredService<SelfProbe>().Sample();
        return new Summary
        {
            Home = home.Root,
            Seconds = elapsed.TotalSeconds,
            TasksDone = report.Result?.Completed ?? report.Done,
            TasksLeft = counts.Unfinished,
            TasksGivenUp = counts.DeadLettered,
            TasksUnclaimable = counts.Unclaimable,
            QueueWaitMedian = report.QueueWait(0.5)?.TotalSeconds,
            QueueWaitP95 = report.QueueWait(0.95)?.TotalSeconds,
            EventsBefore = report.EventsAtStart,
            Events = events.Written,
            EventBatches = events.Batches,
            EventBytes = events.WrittenBytes,
            EventsDropped = events.Dropped,
            Requests = calls.Requests,
            Refused = calls.RateLimited,
            Retries = calls.Retries,
            PacingDelay = calls.PacingDelay.TotalSeconds,
            HostCpuPeak = watch.PeakCpu,
            ProcessCpuTime = self.CpuTime.ValueOrNull,
            ProcessMemoryPeak = Math.Max(watch.PeakWorkingSet, self.WorkingSet.ValueOrNull ?? 0),
            HostMemoryUtilization = host.Memory.Utilization.ValueOrNull,
            DiskAvailable = disk.Available.ValueOrNull,
            DiskTotal = disk.Total.ValueOrNull,
            Governor = services.GetRequiredService<CommitRelay.Performance.Workers.ConcurrencyGovernor>().Explanation,
            Malformed = report.MalformedThings,
            Failure = failure,
            ExitCode = failure is not null ? ExitCodes.Failed : counts.Unfinished + counts.DeadLettered > 0 ? ExitCodes.SomeLeft : ExitCodes.AllDone,
        };
    }

    public void Print(bool json)
        => Console.Out.WriteLine(json ? JsonSerializer.Serialize(this, SummaryContext.Default.Summary) : ToText());

    private string ToText()
    {
        var text = new StringBuilder().AppendLine();
        if (Failure is not null)
            Line("failed", Failure);
        Line("tasks", $"{TasksDone:N0} done, {TasksLeft:N0} left, {TasksGivenUp:N0} given up, {TasksUnclaimable:N0} without an id or unreadable");
        Line("speed", $"{TasksDone / Math.Max(Seconds, 0.001):N0} tasks/s over {Seconds:N1} s");
        Line("queue wait", QueueWaitMedian is null ? "no task had a readable created_at" : $"median {Duration(QueueWaitMedian.Value)}, 95 % within {Duration(QueueWaitP95!.Value)} (created to claimed)");
        Line("events", $"{Events:N0} in {EventBatches:N0} batches, {Size(EventBytes)}, {EventsDropped:N0} dropped; {EventsBefore:N0} were there before");
        Line("requests", $"{Requests:N0} sent, {Refused:N0} refused with 429, {Retries:N0} retries, {PacingDelay:N1} s pacing delay in all");
        Line("CPU", $"{Share(HostCpuPeak)} of the host at the peak, {ProcessCpuTime:N1} s in this process");
        Line("memory", $"{Size(ProcessMemoryPeak)} in this process at the peak, host {Share(HostMemoryUtilization)} in use");
        Line("disk", DiskAvailable is { } free && DiskTotal is { } total ? $"{Size(free)} of {Size(total)} free ({(double)free / total:P0})" : "unknown");
        Line("governor", Governor);
        Line("malformed", Malformed.Count == 0 ? "nothing" : $"{Malformed.Count} {(Malformed.Count == 1 ? "thing" : "things")}");
        foreach (var thing in Malformed.Take(MalformedShown))
            text.Append(' ', 15).AppendLine(thing.StartsWith(Home, StringComparison.Ordinal) ? thing[Home.Length..].TrimStart('/', '\\') : thing);
        if (Malformed.Count > MalformedShown)
            text.Append(' ', 15).AppendLine(CultureInfo.InvariantCulture, $"and {Malformed.Count - MalformedShown} more (--json lists them all)");
        return text.ToString().TrimEnd();

        void Line(string name, string value) => text.Append(CultureInfo.InvariantCulture, $"  {name,-11}  {value}").AppendLine();
    }

    private static string Duration(double seconds) => Math.Abs(seconds) switch
    {
        < 120 => $"{seconds:0.0} s",
        < 7200 => $"{seconds / 60:0.0} min",
        < 172_800 => $"{seconds / 3600:0.0} h",
        _ => $"{seconds / 86_400:0.0} days",
    };

    private static string Size(long bytes) => bytes switch
    {
        < 1_000_000 => $"{bytes / 1e3:N1} kB",
        < 1_000_000_000 => $"{bytes / 1e6:N1} MB",
        _ => $"{bytes / 1e9:N1} GB",
    };

    private static string Share(double? share) => share is { } known ? known.ToString("P0", CultureInfo.InvariantCulture) : "unknown";
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Summary))]
internal sealed partial class SummaryContext : JsonSerializerContext;
