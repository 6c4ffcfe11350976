using System.Buffers;
using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Events;

/// <summary>How bytes get into the file: whole lines, one append at a time, under the lock that all processes share.</summary>
internal sealed partial class EventFile
{
    /// <summary>Larger writes are no faster. Kill -9 may tear any that is longer than a page.</summary>
    private const int LargestWrite = 1024 * 1024;

    private AppendFile? _file;

    // Where in it the last batch ends that was written here; below zero before there is one.
    private long _end = -1;

    // What was found at the path on taking the lock, if that is the file as it was left.
    private FileState? _asLeft;
    private bool _folderNeedsSync = true;

    private void WriteUpTo(long upTo)
    {
        if (_failingSince is not null)
            Directory.CreateDirectory(_folder);
        while (_ring.Tail < upTo)
        {
            var started = _time.GetTimestamp();
            var before = _ring.Tail;
            UnderLock(upTo, static (file, upTo) => file.AppendNext(file._ring, upTo));
            _metrics.Flushed(_time.GetElapsedTime(started), (int)(_ring.Tail - before));
        }
    }

    /// <summary>Does something while no other process writes. Whoever died at it is cleared up after first, so that nothing has come behind its traces.</summary>
    private void UnderLock<T>(T argument, Action<EventFile, T> work)
    {
        _fileLock.Enter();
        _ring.IsAtWork = true;
        try
        {
            // Nobody else was at work while the file ends where this writer's last batch does and its signature stands: one may have died before it
            // changed the file. Not to look whose lock file lies at the path saves a lone caller time beside its fsync.
            _asLeft = FindAsLeft();
            if (_asLeft is null && _fileLock.LastHolder() is { } last)
                LookAfter(last);
            work(this, argument);
        }
        finally
        {
            _asLeft = null;
            _ring.IsAtWork = false;
            _fileLock.Exit();
        }
    }

    private FileState? FindAsLeft()
        => _file is not null && FileState.TryOf(Path) is { } there && _file.IsSameFile(there) && there.Length == _end && _fileLock.IsSignatureStanding() ? there : null;

    /// <summary>The file that lies at the path now; somebody may have rolled, removed or replaced it.</summary>
    private AppendFile UseCurrent() => UseCurrent(out _);

    /// <param name="state">How it is now: what was found at the path, so the system is not asked again.</param>
    private AppendFile UseCurrent(out FileState state)
    {
        if (_file is not null && (_asLeft ?? FileState.TryOf(Path)) is { } there && _file.IsSameFile(there))
        {
            _asLeft = null;
            state = there;
            return _file;
        }

        if (_file is not null && _ring.OpenIntent is { } intent && IsTarget(intent, _file.State))
            ReleaseWhole(_ring, intent, _file);
        Retire();
        _folderNeedsSync = true;
        _file = _open(Path);
        _end = -1;
        state = _file.State;
        return _file;
    }

    /// <summary>Appends the next batch of a ring; the caller holds the lock.</summary>
    private void AppendNext(EventRing ring, long upTo)
    {
        var file = UseCurrent(out var state);
        if (ring.OpenIntent is not null)
        {
            Settle(ring, file);
            state = file.State;
        }

        var batch = ring.Peek(upTo, LargestWrite);
        if (batch.IsEmpty)
            return;
        if (ring == _ring)
            file = RollIfDue(file, ref state, batch.Length);
        var offset = state.Length;
        _fileLock.Sign();
        if (offset != _end && !EndsWithLine(file, offset))
        {
            WriteAll(file, "\n"u8);
            offset++;
        }

        ring.Begin(state, offset, batch.Length);
        WriteAll(file, batch[WriteFirst(ring, batch, file, state)..]);
        _end = offset + batch.Length;
        Release(ring, batch);
    }

    /// <summary>Writes as much as the file takes at once. Where it takes nothing, nothing is to be settled: an equal line of another is not ours.</summary>
    private static int WriteFirst(EventRing ring, ReadOnlySpan<byte> batch, AppendFile file, in FileState state)
    {
        try
        {
            return file.Write(batch);
        }
        catch (IOException)
        {
            ring.Begin(state, state.Length, 0);
            throw;
        }
    }

    /// <summary>
    /// Ends a write that was cut short, by an error or by the death of its process: what of the batch is in the file is not written again,
    /// and a line torn at the file's end is completed where it stands.
    /// </summary>
    private void Settle(EventRing ring, AppendFile current)
    {
        if (ring.OpenIntent is not { } intent)
            return;
        if (!IsTarget(intent, current.State))
        {
            using var moved = FindMoved(intent);
            if (moved is not null)
                ReleaseWhole(ring, intent, moved);
            return;
        }

        var batch = ring.Slice(intent.From, (int)intent.Length);
        var written = WrittenOf(batch, current, intent.Offset, out var end);
        var isTorn = written > 0 && written < batch.Length && batch[written - 1] != '\n';
        if (isTorn && end == current.State.Length && TryComplete(batch[written..], current, end, out var completed))
            Release(ring, batch[..(written + completed)]);
        else
            ReleaseWhole(ring, intent, current);
    }

    /// <summary>Completes the torn line at the file's end, and no more: whole lines behind it would stand there even where the line does not.</summary>
    /// <param name="lines">The rest of the line, and what comes behind it.</param>
    /// <param name="file">The file.</param>
    /// <param name="end">Where the file ended.</param>
    /// <param name="completed">The length of the rest.</param>
    /// <returns>False when a writer that takes no lock was quicker: the line is then to be written anew.</returns>
    private bool TryComplete(ReadOnlySpan<byte> lines, AppendFile file, long end, out int completed)
    {
        completed = lines.IndexOf((byte)'\n') + 1;
        _fileLock.Sign();
        WriteAll(file, lines[..completed]);
        var found = ArrayPool<byte>.Shared.Rent(completed);
        try
        {
            return file.Read(found.AsSpan(0, completed), end) == completed && lines[..completed].SequenceEqual(found.AsSpan(0, completed));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(found);
        }
    }

    /// <summary>Frees the lines of a batch that a file holds whole, wherever it lies by now, and even if it lies nowhere: they were written.</summary>
    private void ReleaseWhole(EventRing ring, EventRing.Intent intent, AppendFile file)
    {
        var batch = ring.Slice(intent.From, (int)intent.Length);
        var written = WrittenOf(batch, file, intent.Offset, out var end);

        // What lacks only its line feed is read as a value too, and closed off by whoever appends next.
        if (written < batch.Length && batch[written] == '\n' && end == file.State.Length)
            written++;
        var whole = batch[..written].LastIndexOf((byte)'\n') + 1;
        if (whole > 0)
            Release(ring, batch[..whole]);
    }

    /// <summary>The file of an intent under another name in the folder: a stranger has moved it away.</summary>
    private AppendFile? FindMoved(EventRing.Intent intent)
    {
        var siblings = Directory.EnumerateFiles(_folder, System.IO.Path.GetFileNameWithoutExtension(Path) + "*");
        foreach (var path in siblings.Concat(EventArchives.Find(Path, _archiveFolder).Select(static archive => archive.Path)))
        {
            if (FileState.TryOf(path) is { } state && IsTarget(intent, state))
                return AppendFile.Open(path);
        }

        return null;
    }

    private static bool IsTarget(EventRing.Intent intent, FileState state) => state.Device == intent.Device && state.Inode == intent.Inode;

    /// <summary>
    /// How many of a batch's first bytes stand in the file where they were meant to go, or a little behind: a writer that takes no lock,
    /// such as a shell's <c>&gt;&gt;</c>, may have come in between.
    /// </summary>
    private static int WrittenOf(ReadOnlySpan<byte> batch, AppendFile file, long offset, out long end)
    {
        const int strangers = 64 * 1024;
        var rented = ArrayPool<byte>.Shared.Rent(batch.Length + strangers);
        try
        {
            var found = rented.AsSpan(0, file.Read(rented.AsSpan(0, batch.Length + strangers), offset));
            var firstLine = batch[..(batch.IndexOf((byte)'\n') + 1)];
            var start = 0;
            if (found.CommonPrefixLength(batch) < firstLine.Length && found.IndexOf(firstLine) is var later and > 0 && found[later - 1] == (byte)'\n')
                start = later;
            var written = found[start..].CommonPrefixLength(batch);
            end = offset + start + written;
            return written;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Frees a batch that is in the file, counts it, and lets those in who waited for room.</summary>
    private void Release(EventRing ring, ReadOnlySpan<byte> lines)
    {
        var events = lines.Count((byte)'\n');
        TaskCompletionSource? room;
        using (_gate.Enter())
        {
            _needsSync = true;
            _written += events;
            _writtenBytes += lines.Length;
            _batches++;
            if (ring != _ring)
                _recovered += events;
            ring.Advance(lines.Length);
            room = _roomWaiters;
            _roomWaiters = null;
        }

        room?.TrySetResult();
        _metrics.Written(events, lines.Length);
    }

    private void SyncFiles()
    {
        foreach (var file in _rolled)
            file.FlushToDisk();
        _file?.FlushToDisk();
        DisposeRolled();
        if (!_folderNeedsSync)
            return;
        AtomicFile.FlushFolder(_folder);
        if (_archiveFolder != _folder && Directory.Exists(_archiveFolder))
            AtomicFile.FlushFolder(_archiveFolder);
        _folderNeedsSync = false;
    }

    private void SetFileAside()
    {
        // The kernel has forgotten the error: a later fsync on this handle would report success for pages that were lost.
        DisposeRolled();
        _file?.Dispose();
        _file = null;
    }

    private void DisposeRolled()
    {
        foreach (var file in _rolled)
            file.Dispose();
        _rolled.Clear();
    }

    private static bool EndsWithLine(AppendFile file, long length)
    {
        Span<byte> last = stackalloc byte[1];
        return length == 0 || file.Read(last, length - 1) == 0 || last[0] == (byte)'\n';
    }

    private static void WriteAll(AppendFile file, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[file.Write(bytes)..];
    }
}
