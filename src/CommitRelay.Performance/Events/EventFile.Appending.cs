using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Events;

/// <summary>How bytes get into the file: whole lines, one append at a time, under the lock that all processes share.</summary>
internal sealed partial class EventFile
{
    /// <summary>Larger writes are no faster, and kill -9 was seen to tear writes of 8 MiB but not of 1 MiB.</summary>
    private const int LargestWrite = 1024 * 1024;

    private AppendFile? _file;
    private bool _folderNeedsSync = true;

    private void WriteUpTo(long upTo)
    {
        if (_failingSince is not null)
            Directory.CreateDirectory(_folder);
        while (_ring.Tail < upTo)
        {
            var started = _time.GetTimestamp();
            int bytes;
            _fileLock.Enter();
            try
            {
                bytes = AppendNext(_ring, upTo, UseCurrent());
            }
            finally
            {
                _fileLock.Exit();
            }

            _metrics.Flushed(_time.GetElapsedTime(started), bytes);
        }
    }

    /// <summary>The file that lies at the path now; somebody may have rolled, removed or replaced it.</summary>
    private AppendFile UseCurrent()
    {
        if (_file is not null && FileState.TryOf(Path) is { } there && there.IsSameFile(_file.State))
            return _file;
        _file?.Dispose();
        _file = null;
        _folderNeedsSync = true;
        return _file = _open(Path);
    }

    /// <summary>Appends the next batch of a ring; the caller holds the lock.</summary>
    private int AppendNext(EventRing ring, long upTo, AppendFile file)
    {
        var state = file.State;
        var batch = ring.Peek(upTo, LargestWrite);
        var offset = state.Length;
        if (!EndsWithLine(file, state.Length))
        {
            WriteAll(file, "\n"u8);
            offset++;
        }

        ring.Begin(state, offset, batch.Length);
        WriteAll(file, batch);
        Release(ring, batch);
        return batch.Length;
    }

    /// <summary>Frees a batch that is in the file, counts it, and lets those in who waited for room.</summary>
    private void Release(EventRing ring, ReadOnlySpan<byte> lines)
    {
        var events = lines.Count((byte)'\n');
        TaskCompletionSource? room;
        lock (_gate)
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

        _metrics.Written(events, lines.Length);
        room?.TrySetResult();
    }

    private void SyncFiles()
    {
        _file?.FlushToDisk();
        if (!_folderNeedsSync)
            return;
        AtomicFile.FlushFolder(_folder);
        _folderNeedsSync = false;
    }

    private void SetFileAside()
    {
        // The kernel has forgotten the error: a later fsync on this handle would report success for pages that were lost.
        _file?.Dispose();
        _file = null;
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
