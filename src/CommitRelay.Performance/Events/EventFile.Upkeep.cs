using System.IO.Compression;
using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Events;

/// <summary>Compresses and deletes rolled parts, on a thread of its own that nobody waits for. Each step can be cut short by a crash and is taken up again.</summary>
internal sealed partial class EventFile
{
    private const string Unfinished = EventArchive.Compressed + ".tmp";
    private readonly CancellationTokenSource _closingUpkeep = new();
    private readonly Lock _upkeepGate = new();
    private Task _upkeep = Task.CompletedTask;
    private bool _upkeepRuns;
    private bool _upkeepAgain;

    private void StartUpkeep()
    {
        if (!_options.Roll.HasUpkeep)
            return;
        lock (_upkeepGate)
        {
            _upkeepAgain = true;
            if (_upkeepRuns)
                return;
            _upkeepRuns = true;
            _upkeep = Task.Factory.StartNew(Upkeep, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    /// <summary>False, for good, when nothing was rolled since the last look.</summary>
    private bool TakeUpkeep()
    {
        lock (_upkeepGate)
        {
            _upkeepRuns = _upkeepAgain && !_closingUpkeep.IsCancellationRequested;
            _upkeepAgain = false;
            return _upkeepRuns;
        }
    }

    private void Upkeep()
    {
        Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        while (TakeUpkeep())
        {
            try
            {
                if (_options.Roll.Compress)
                    CompressAll();
                DeleteSurplus();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The parts stay as they are; the next roll, or the next start, tries again.
                Log.UpkeepFailed(_logger, e, Path);
            }
        }
    }

    private void CompressAll()
    {
        // Claiming what a crash left unfinished for a part that is gone removes it.
        foreach (var folder in new[] { _folder, _archiveFolder }.Distinct().Where(Directory.Exists))
        {
            foreach (var orphan in Directory.GetFiles(folder, $"{System.IO.Path.GetFileNameWithoutExtension(Path)}.*{Unfinished}").Where(static file => !File.Exists(file[..^Unfinished.Length])))
                TryClaim(orphan[..^Unfinished.Length])?.Dispose();
        }

        foreach (var archive in EventArchives.Find(Path, _archiveFolder))
        {
            if (!archive.IsCompressed && EventArchives.StampOf(archive.Path) is not null && !_closingUpkeep.IsCancellationRequested)
                Compress(archive.Path);
        }
    }

    /// <summary>Writes beside, checks that the part has not changed meanwhile, renames, and only then deletes the part.</summary>
    private void Compress(string part)
    {
        using var target = TryClaim(part);
        if (target is null)
            return;
        target.SetLength(0);
        var before = new FileInfo(part);
        var (length, written) = (before.Length, before.LastWriteTimeUtc);
        if (TryCompress(part, target))
        {
            target.Flush(flushToDisk: true);
            var after = new FileInfo(part);
            if (after.Exists && after.Length == length && after.LastWriteTimeUtc == written)
            {
                File.SetLastWriteTimeUtc(part + Unfinished, written);
                File.Move(part + Unfinished, part + EventArchive.Compressed, overwrite: true);
                AtomicFile.FlushFolder(System.IO.Path.GetDirectoryName(part)!);
                File.Delete(part);
                return;
            }
        }

        File.Delete(part + Unfinished);
    }

    /// <summary>The unfinished file, held by nobody else; null when another process is at it, or has just finished.</summary>
    private static FileStream? TryClaim(string part)
    {
        FileStream? stream = null;
        try
        {
            stream = new FileStream(part + Unfinished, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            if (File.Exists(part) && FileState.TryOf(part + Unfinished) is { } there && there.IsSameFile(FileState.Of(stream.SafeFileHandle, stream.Name)))
                return stream;
        }
        catch (IOException)
        {
            return null;
        }

        // The finished file was renamed while this waited for it: it must not be touched, and a new empty one must not stay.
        stream.Dispose();
        if (!File.Exists(part))
            File.Delete(part + Unfinished);
        return null;
    }

    private bool TryCompress(string part, FileStream target)
    {
        using var source = new FileStream(part, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
        using var gzip = new GZipStream(target, CompressionLevel.Optimal, leaveOpen: true);
        var buffer = new byte[256 * 1024];
        for (int read; (read = source.Read(buffer)) > 0;)
        {
            if (_closingUpkeep.IsCancellationRequested)
                return false;
            gzip.Write(buffer.AsSpan(0, read));
        }

        return true;
    }

    private void DeleteSurplus()
    {
        var options = _options.Roll;
        var oldest = _time.GetUtcNow().UtcDateTime - options.KeepAge;
        var (count, bytes) = (0, 0L);
        foreach (var archive in EventArchives.Find(Path, _archiveFolder).AsEnumerable().Reverse())
        {
            count++;
            bytes += archive.Length;
            if (count > options.KeepCount || bytes > options.KeepBytes || archive.Time < oldest)
                File.Delete(archive.Path);
        }
    }
}
