using System.Buffers;
using System.Globalization;
using CommitRelay.Performance.Files;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.Probes;
using CommitRelay.Performance.Relay;

namespace CommitRelay.Performance.Monitoring;

/// <content>Worker specs whose worker is gone, or has ended well.</content>
public sealed partial class HomeUpkeep
{
    private static readonly JsonPath Status = "status";
    private static readonly JsonPath FailedAt = "failed_at";
    private static readonly JsonPath FailureReason = "failure_reason";

    /// <summary>
    /// Ends the active workers that no process runs any more, silent for too long or over their time limit: their specs move to
    /// <c>worker-specs/archived/failed-YYYYMMDD-hhmmss/</c> and get <c>status</c> "failed", <c>failed_at</c> and <c>failure_reason</c>; all other bytes stay.
    /// </summary>
    /// <remarks>A worker whose process lives is left alone, over its limit or not, and named in the report. A spec that no parser reads stays and is named with its first error.</remarks>
    /// <param name="silentFor">How long a worker without a process may be silent; null for <see cref="ActiveWorker.DefaultSilence"/>.</param>
    /// <param name="processes">Where processes are looked up; null for this system's.</param>
    /// <param name="cancellationToken">Stops between two workers.</param>
    /// <returns>What was moved and what was left alone.</returns>
    /// <exception cref="IOException">The disk is full or the file system failed; every spec lies whole in its old place or its new one.</exception>
    public async Task<UpkeepReport> EndStaleWorkersAsync(TimeSpan? silentFor = null, ProcessProbe? processes = null, CancellationToken cancellationToken = default)
    {
        var report = Report("stale workers");
        var active = WorkerSpecFolder.Read(_home.WorkerSpecFolder("active"), cancellationToken);
        Name(active, report);
        var target = _home.WorkerSpecFolder($"archived/failed-{report.At.UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}");
        foreach (var worker in ActiveWorker.Look(_home, active.Specs, processes ?? new ProcessProbe(), report.At, silentFor))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!worker.IsStale && !worker.IsOverrunning)
                continue;
            if (worker.Process is { } process)
                report.Skip(worker.Spec.File, $"over its time limit of {worker.Spec.TimeLimit}, but process {process.Pid} still runs it");
            else if (worker.Silence is not null && Move(worker.Spec.File, target, report, UpkeepAction.Failed) is { } moved && !_dryRun)
                await MarkFailedAsync(moved, worker, report.At, cancellationToken).ConfigureAwait(false);
        }

        return report;
    }

    /// <summary>Moves completed specs to <c>worker-specs/archived/YYYY-MM-DD/</c>, by the day (UTC) on which they ended.</summary>
    /// <remarks>The end is the spec's own; where it tells none, the file's last write. A spec that no parser reads stays and is named with its first error.</remarks>
    /// <param name="olderThan">How long ago the end must be; zero or more.</param>
    /// <param name="cancellationToken">Stops between two specs.</param>
    /// <returns>What was moved and what was left alone.</returns>
    public UpkeepReport ArchiveCompletedWorkers(TimeSpan olderThan, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(olderThan, TimeSpan.Zero);
        var report = Report("completed workers");
        var completed = WorkerSpecFolder.Read(_home.WorkerSpecFolder("completed"), cancellationToken);
        Name(completed, report);
        foreach (var spec in completed.Specs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var ended = spec.EndedAt ?? new DateTimeOffset(File.GetLastWriteTimeUtc(spec.File), TimeSpan.Zero);
            if (ended <= report.At - olderThan)
                Move(spec.File, _home.WorkerSpecFolder($"archived/{ended.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}"), report, UpkeepAction.Moved);
        }

        return report;
    }

    private static void Name(WorkerSpecFolder folder, UpkeepReport report)
    {
        foreach (var invalid in folder.Invalid)
            report.Skip(invalid.Path, invalid.ByteOffset is { } offset ? string.Create(CultureInfo.InvariantCulture, $"not readable as a spec: {invalid.Reason} at byte {offset}") : invalid.Reason);
    }

    /// <summary>Renames a file into another folder; a file of that name there stays, and this one gets a number.</summary>
    /// <returns>Where it lies now, or would; null when it was left alone.</returns>
    private string? Move(string path, string folder, UpkeepReport report, UpkeepAction action)
    {
        try
        {
            if (new FileInfo(path) is not { LinkTarget: null } file)
            {
                report.Skip(path, "this is a link");
                return null;
            }

            if (!FolderSweep.IsAtRest(path, report))
                return null;
            var target = FreeName(folder, file);
            if (!_dryRun)
            {
                report.Announce(action, path, file.Length, target);
                Directory.CreateDirectory(folder);
                File.Move(path, target, overwrite: false);
                AtomicFile.FlushFolder(folder);
            }

            report.Add(action, path, file.Exists ? file.Length : new FileInfo(target).Length, target);
            return target;
        }
        catch (FileNotFoundException)
        {
            // Ended or moved by somebody else meanwhile.
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            report.Skip(path, e.Message);
            return null;
        }
    }

    private static string FreeName(string folder, FileInfo file)
    {
        _ = file.Length;
        var target = Path.Combine(folder, file.Name);
        for (var number = 2; Path.Exists(target); number++)
            target = Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(file.Name)}-{number}{file.Extension}");
        return target;
    }

    private static async Task MarkFailedAsync(string path, ActiveWorker worker, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var limit = worker.Spec.TimeLimit;
        var reason = worker.IsOverrunning ? $"over its time limit of {limit}, and no process runs it" : $"no process runs it, silent for {worker.Silence:d\\.hh\\:mm\\:ss}";
        ReadOnlyMemory<byte> spec = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        spec = Set(spec, Status, JsonMemberPatch.Text("failed"));
        spec = Set(spec, FailedAt, JsonMemberPatch.Text(now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)));
        spec = Set(spec, FailureReason, JsonMemberPatch.Text(reason));
        await AtomicFile.WriteAllBytesAsync(path, spec, cancellationToken).ConfigureAwait(false);
    }

    private static ReadOnlyMemory<byte> Set(ReadOnlyMemory<byte> spec, JsonPath member, byte[] value)
    {
        var output = new ArrayBufferWriter<byte>(spec.Length + value.Length + 64);
        return JsonMemberPatch.TrySet(spec.Span, member.Segments, value, create: true, output) ? output.WrittenMemory : spec;
    }
}
