using CommitRelay.Performance.Events;

namespace CommitRelay.Performance.Monitoring;

/// <content>Rolled parts of the event file, whoever rolled them.</content>
public sealed partial class HomeUpkeep
{
    /// <summary>Compresses rolled parts of the event file (gzip), and deletes those past their age; <see cref="RolledParts.Find"/> says what counts as one.</summary>
    /// <remarks>A part is deleted once its compressed text is on the disk. The event file itself is not touched.</remarks>
    /// <param name="compressAfter">How long ago a part must have been rolled to be compressed; null for none.</param>
    /// <param name="deleteAfter">How long ago a part must have been rolled to be deleted; null for none.</param>
    /// <param name="cancellationToken">Stops between two parts, or within one, which then stays as it is.</param>
    /// <returns>What was done and what was left alone.</returns>
    public UpkeepReport KeepEventArchives(TimeSpan? compressAfter, TimeSpan? deleteAfter, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(compressAfter ?? default, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(deleteAfter ?? default, TimeSpan.Zero);
        var report = Report("events");
        foreach (var part in EventArchives.Find(_home.Events, archiveFolder: null))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var age = report.At - new DateTimeOffset(part.Time, TimeSpan.Zero);
            if (IsBehindLink(part.Path))
                report.Skip(part.Path, "it lies behind a link");
            else if (age >= deleteAfter)
                FolderSweep.TryDelete(new SweptFile(part.Path, part.Length, part.Time), report);
            else if (age >= compressAfter && !part.IsCompressed)
                Compress(part, report, cancellationToken);
        }

        return report;
    }

    /// <summary>Whether a folder between the home and a file is a link, which leads elsewhere.</summary>
    private bool IsBehindLink(string path)
    {
        for (var folder = Path.GetDirectoryName(path); folder?.Length > _home.Coordination.Length; folder = Path.GetDirectoryName(folder))
        {
            if (new DirectoryInfo(folder).LinkTarget is not null)
                return true;
        }

        return false;
    }

    private static void Compress(EventArchive part, UpkeepReport report, CancellationToken cancellationToken)
    {
        try
        {
            var target = part.Path + EventArchive.Compressed;
            if (!FolderSweep.IsAtRest(part.Path, report))
                return;
            report.Announce(UpkeepAction.Compressed, part.Path, part.Length, target);
            if (report.DryRun)
                report.Add(UpkeepAction.Compressed, part.Path, 0, target);
            else if (EventPacker.Pack(part.Path, cancellationToken))
                report.Add(UpkeepAction.Compressed, part.Path, part.Length - new FileInfo(target).Length, target);
            else
                report.Skip(part.Path, "it changed meanwhile, or another process compresses it");
        }
        catch (FileNotFoundException)
        {
            // Compressed or deleted by somebody else meanwhile.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            report.Skip(part.Path, e.Message);
        }
    }
}
