using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Events;

/// <summary>Writes what killed processes left in their mapped memory. Any process that writes the file does it, at its start and every few seconds.</summary>
internal sealed partial class EventFile
{
    /// <summary>What one signs the lock with who keeps its events where nobody finds them after its death.</summary>
    private const string NoStage = "-";

    private static readonly TimeSpan RecoveryPeriod = TimeSpan.FromSeconds(5);

    private static int _hasFreedStages;

    private readonly ITimer _recovery;
    private bool _recoveryDue;

    /// <summary>
    /// Frees the memory of dead writers, of whatever files, that holds no event: nobody may ever write those files again. One that does hold events stays
    /// for the next writer of its file.
    /// </summary>
    internal static void FreeIdleStages(string? folder)
    {
        try
        {
            // Most are idle and alive, so all is asked without taking them.
            foreach (var path in StagingFolder.FindAll(folder).Where(EventRing.IsIdle))
            {
                using var memory = MappedMemory.TryTakeOver(path);
                if (memory is not null && EventRing.IsIdle(path))
                    File.Delete(path);
            }
        }
        catch (Exception)
        {
            // The folder is gone or closed to us, or something lies in it that is no memory. What is not freed harms nobody; the next process tries again.
        }
    }

    private void LookForDead()
    {
        Volatile.Write(ref _recoveryDue, true);
        _wake.Set();
    }

    private void Recover()
    {
        if (OthersStages().Any())
            UnderLock(0, static (file, _) => file.RecoverLocked());
    }

    /// <summary>Recovers what the last holder of the lock left, should it have died with it. Until something is written its name stays for the next to see.</summary>
    private void LookAfter(string lastHolder)
    {
        if (lastHolder != NoStage && (StagingFolder.Named(Path, lastHolder, _options.StagingFolder) is not { } stage || EventRing.MayBeAtWork(stage)))
            RecoverLocked();
    }

    /// <summary>The same routine writes the dead's events and the living's; a second death in the middle is found by the next who looks.</summary>
    private void RecoverLocked()
    {
        foreach (var path in OthersStages())
        {
            using var memory = MappedMemory.TryTakeOver(path);
            if (memory is null)
                continue;
            var before = _recovered;
            try
            {
                WriteAll(new EventRing(memory));
                File.Delete(path);
            }
            catch (InvalidDataException e)
            {
                // Kept under a name that nobody looks for: it may hold events, but not in a form that this version can read.
                Log.NotRecovered(_logger, e, path);
                File.Move(path, path + ".unreadable");
            }

            if (_recovered > before)
            {
                Log.Recovered(_logger, _recovered - before, Path, path);
                _metrics.Recovered(_recovered - before);
            }
        }
    }

    private IEnumerable<string> OthersStages()
        => StagingFolder.Find(Path, _options.StagingFolder).Where(path => path != _ring.Memory.Description);

    private void WriteAll(EventRing ring)
    {
        while (ring.Tail < ring.Head)
        {
            var tail = ring.Tail;
            AppendNext(ring, ring.Head);
            if (ring.Tail == tail)
                throw new InvalidDataException($"{ring.Memory.Description}: no line ends where one should.");
        }
    }
}
