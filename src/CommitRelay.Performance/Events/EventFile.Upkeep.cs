using System.IO.Compression;
using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Events;

/// <summary>Compresses and deletes rolled parts, on a thread of its own that nobody waits for. Each step can be cut short by a crash and is taken up again.</summary>
internal sealed partial class EventFile
{
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
            catch (Exception e)
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
            foreach (var orphan in Directory.GetFiles(folder, $"{System.IO.Path.GetFileNameWithoutExtension(Path)}.*{EventPacker.Unfinished}").Where(static file => !File.Exists(file[..^EventPacker.Unfinished.Length])))
                EventPacker.TryClaim(orphan[..^EventPacker.Unfinished.Length])?.Dispose();
        }

        foreach (var archive in EventArchives.Find(Path, _archiveFolder))
        {
            if (!archive.IsCompressed && EventArchives.StampOf(archive.Path) is not null && !_closingUpkeep.IsCancellationRequested)
                EventPacker.Pack(archive.Path, _closingUpkeep.Token);
        }
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
