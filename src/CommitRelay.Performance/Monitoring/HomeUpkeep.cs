using CommitRelay.Performance.Files;
using CommitRelay.Performance.Relay;

namespace CommitRelay.Performance.Monitoring;

/// <summary>
/// Keeps a home small and true: old logs, old history, surplus snapshots, workers that are gone. Nothing outside the home (or the folder that
/// is named in full) is touched, no link is followed, no file that somebody has open for writing is removed; what cannot be done is in the report.
/// </summary>
/// <remarks>Thread-safe; each step is atomic, so that a process killed in the middle leaves every file whole, in its old place or its new one.</remarks>
public sealed partial class HomeUpkeep
{
    private readonly RelayHome _home;
    private readonly TimeProvider _time;
    private readonly bool _dryRun;
    private readonly Action<UpkeepStep>? _beforeStep;

    /// <summary>Prepares upkeep of a home; nothing is touched yet.</summary>
    /// <param name="home">The home.</param>
    /// <param name="dryRun">Whether to look only: the reports then say what would be done. Default false.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="beforeStep">Told of each step just before it is taken, on the thread that takes it, so that it can keep what the step removes or replaces;
    /// never in a dry run. An <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> of it leaves a file that was to be deleted or moved alone,
    /// with its message in the report, and is thrown by the other pieces of upkeep, which have then changed nothing yet. Null for nobody.</param>
    public HomeUpkeep(RelayHome home, bool dryRun = false, TimeProvider? time = null, Action<UpkeepStep>? beforeStep = null)
    {
        _beforeStep = beforeStep;
        ArgumentNullException.ThrowIfNull(home);
        _home = home;
        _dryRun = dryRun;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Deletes logs below <c>agents/logs</c>: files with <c>.log</c> in their name, rotated and compressed ones included.</summary>
    /// <param name="olderThan">How long ago the last write must be; zero or more.</param>
    /// <param name="cancellationToken">Stops between two files; what is done is in no report then.</param>
    /// <returns>What was deleted and what was left alone.</returns>
    public UpkeepReport DeleteLogs(TimeSpan olderThan, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(olderThan, TimeSpan.Zero);
        var report = Report("logs");
        var before = (report.At - olderThan).ToUnixTimeSeconds();
        FolderSweep.Delete(_home.Logs, (name, written) => written <= before && IsLog(name), report, cancellationToken);
        return report;
    }

    /// <summary>Cuts <c>metrics-snapshots.jsonl</c> to its last records, while others may append to it.</summary>
    /// <param name="keep">How many stay; zero or more.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>What was saved.</returns>
    /// <exception cref="IOException">The disk is full or the file system failed; the file is whole. Or it is no file but a pipe, socket or device.</exception>
    public async Task<UpkeepReport> TrimSnapshotsAsync(int keep, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(keep);
        var report = Report("snapshots");
        var path = _home.MetricsSnapshots;
        if (!File.Exists(path))
            return report;
        FileState.ThrowIfSpecial(path);
        var saved = _dryRun
            ? await SurplusAsync(path, keep, cancellationToken).ConfigureAwait(false)
            : await TrimAsync(path, keep, report, cancellationToken).ConfigureAwait(false);
        if (saved > 0)
            report.Add(UpkeepAction.Trimmed, path, saved);
        return report;
    }

    private static bool IsLog(ReadOnlySpan<byte> name) => name.IndexOf(".log"u8) >= 0 || name.IndexOf(".LOG"u8) >= 0;

    private static async Task<long> TrimAsync(string path, int keep, UpkeepReport report, CancellationToken cancellationToken)
    {
        report.Announce(UpkeepAction.Trimmed, path, 0);
        var writer = new Events.EventWriter(path);
        await using var owner = writer.ConfigureAwait(false);
        return await writer.TrimAsync(keep, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<long> SurplusAsync(string path, int keep, CancellationToken cancellationToken)
    {
        if (keep == 0)
            return new FileInfo(path).Length;
        var last = await new Events.EventReader(path).LastRawAsync(keep, cancellationToken: cancellationToken).ConfigureAwait(false);
        return last.Count < keep ? 0 : last[0].Offset;
    }

    private UpkeepReport Report(string subject) => new(subject, _time.GetUtcNow(), _dryRun, _beforeStep);
}
