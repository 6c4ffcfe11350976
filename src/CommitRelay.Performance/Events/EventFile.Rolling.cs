using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Events;

/// <summary>Renames the file when its time has come; the caller holds the lock, so no other writer of ours is in between.</summary>
internal sealed partial class EventFile
{
    private const int MostUnsynced = 4;

    // Files that hold writes of ours, but are no longer at the path: durability is owed for them too.
    private readonly List<AppendFile> _rolled = [];
    private long _rolls;

    /// <returns>The file to append to, and its state.</returns>
    private AppendFile RollIfDue(AppendFile file, ref FileState state, long batch)
    {
        if (!_options.Roll.IsDue(state, batch, _time.GetUtcNow().UtcDateTime))
            return file;
        Roll();
        return UseCurrent(out state);
    }

    public ValueTask<long> RollAsync(CancellationToken cancellationToken) => DoLockedAsync(RollNow, cancellationToken);

    private long RollNow()
    {
        var file = UseCurrent();
        Settle(_ring, file);
        var length = file.State.Length;
        if (length == 0)
            return 0;
        Roll();
        return length;
    }

    private void Roll()
    {
        // What a dead process was writing here must be settled while the file is still at its place.
        RecoverLocked();
        Directory.CreateDirectory(_archiveFolder);
        var target = FreeName();
        File.Move(Path, target);
        using (_gate.Enter())
            _rolls++;
        Log.Rolled(_logger, Path, target);
        StartUpkeep();
    }

    /// <summary>Later than every name there is: the clock may have stepped back, and names must sort in the order of the events.</summary>
    private string FreeName()
    {
        var now = _time.GetUtcNow().UtcDateTime;
        var newest = EventArchives.Find(Path, _archiveFolder).Select(static archive => EventArchives.StampOf(archive.Path)).Max();
        return EventArchives.NameOf(Path, _archiveFolder, newest >= now ? newest.Value.AddTicks(1) : now);
    }

    /// <summary>Lets go of a file that is no longer at the path, once nothing is owed for it.</summary>
    private void Retire()
    {
        if (_file is not null && _needsSync)
            _rolled.Add(_file);
        else
            _file?.Dispose();
        _file = null;
    }
}
