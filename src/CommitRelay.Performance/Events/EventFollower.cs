using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Events;

/// <summary>
/// Goes through the parts of an event file in the order of their events and waits at the end of the last one. The file it reads stays open, so
/// it is told apart from its successor by inode, whatever it is called meanwhile.
/// </summary>
internal sealed class EventFollower(string path, string? archiveFolder, EventReaderOptions options) : IDisposable
{
    private Stream? _source;
    private EventCutter? _cutter;
    private string _part = "";
    private ulong _inode;
    private bool _leaving;

    // Stamps (ticks): of the newest part older than the one that is read, and of the newest part that need not be read any more.
    private long _rolledBefore;
    private long _readThrough;

    public EventPosition Position => new(_inode, _cutter!.Position, _rolledBefore);

    public void Start(EventPosition? from)
    {
        if (from is { } place)
        {
            Resume(place);
            return;
        }

        _readThrough = Parts().Select(static part => part.Time.Ticks).DefaultIfEmpty(0).Max();
        if (OpenNext() && _part == path)
            SkipTo(_source!.Length);
    }

    public bool TryNext(out EventText text)
    {
        text = default;
        if (_cutter is null || !_cutter.TryNext(out var json))
            return false;
        text = new EventText(json, _cutter.ValueOffset, _part);
        return true;
    }

    /// <summary>Reads on, in this part or the next. False when there is nothing more now.</summary>
    public async ValueTask<bool> ReadMoreAsync(CancellationToken cancellationToken)
    {
        if (_source is null || _cutter is null || _cutter.HasEnded)
            return OpenNext();
        var read = await _source.ReadAsync(_cutter.Room(), cancellationToken).ConfigureAwait(false);
        if (read > 0)
        {
            _cutter.Filled(read);
            return true;
        }

        if (_part != path)
        {
            _cutter.End(_source);
            return true;
        }

        return AtEndOfLive(FileState.TryOf(path));
    }

    public void Dispose() => _source?.Dispose();

    private bool AtEndOfLive(FileState? there)
    {
        if (there is { } state && state.Inode == _inode)
        {
            _leaving = false;
            if (state.Length >= _source!.Position)
                return false;

            // Cut: what comes now comes from the start.
            _source.Position = 0;
            _cutter = new EventCutter(path, options);
            return true;
        }

        // It was renamed or removed after the read that found its end: whatever came in between is read first.
        if (!_leaving)
            return _leaving = true;
        if (RolledSince(_rolledBefore) is { } rolled)
        {
            if (IsOwn(rolled))
                _readThrough = rolled.Time.Ticks;
        }
        else if (there is null)
        {
            return false;
        }
        else if (Continuation() is { } offset)
        {
            Open(path, offset);
            return true;
        }

        _cutter!.End(_source!);
        return true;
    }

    /// <summary>Whether the first part rolled since the live file was begun is that file: compressed, it has another inode.</summary>
    private bool IsOwn(EventArchive part)
        => part.IsCompressed || FileState.TryOf(part.Path) is not { } state || state.Inode == _inode;

    private List<EventArchive> Parts() => EventArchives.FindSettled(path, archiveFolder);

    private EventArchive? RolledSince(long stamp)
    {
        foreach (var part in Parts())
        {
            if (part.Time.Ticks > stamp)
                return part;
        }

        return null;
    }

    private void Resume(EventPosition from)
    {
        long before = 0;
        foreach (var part in Parts())
        {
            var isLater = part.Time.Ticks > from.RolledBefore;

            // A compressed part has an inode that another file had before, perhaps the one that was read: only its place in time tells.
            if (from.Inode != 0 && (part.IsCompressed ? isLater : IsAt(part.Path, from)))
            {
                (_rolledBefore, _readThrough) = (before, part.Time.Ticks);
                Open(part.Path, from.Offset);
                return;
            }

            if (isLater)
                break;
            before = part.Time.Ticks;
        }

        _readThrough = before;
        if (OpenNext() && _part == path && IsAt(path, from))
            SkipTo(from.Offset);
    }

    private static bool IsAt(string part, EventPosition from)
        => from.Inode != 0 && FileState.TryOf(part) is { } state && state.Inode == from.Inode && state.Length >= from.Offset;

    /// <summary>Opens the oldest part that was not read yet, or else the live file, if nothing was rolled while it was opened.</summary>
    private bool OpenNext()
    {
        while (true)
        {
            _rolledBefore = _readThrough;
            if (RolledSince(_readThrough) is { } part)
            {
                _readThrough = part.Time.Ticks;
                Open(part.Path, 0);
                if (_source is not null)
                    return true;
                continue;
            }

            Open(path, 0);
            if (RolledSince(_readThrough) is null)
                return _source is not null;
        }
    }

    private void Open(string part, long offset)
    {
        _source?.Dispose();
        (_part, _leaving) = (part, false);
        _source = EventPart.TryOpen(part, out _inode);
        if (_source is null && part != path)
        {
            // It has been compressed since it was listed.
            _part = part + EventArchive.Compressed;
            _source = EventPart.TryOpen(_part, out _inode);
        }

        _cutter = new EventCutter(_part, options, offset);
        if (_source is not null && offset > 0)
            SkipTo(offset);
    }

    private void SkipTo(long offset)
    {
        _cutter = new EventCutter(_part, options, offset);
        if (_source!.CanSeek)
        {
            _source.Position = offset;
            return;
        }

        var buffer = new byte[64 * 1024];
        for (int read; offset > 0 && (read = _source.Read(buffer.AsSpan(0, (int)Math.Min(offset, buffer.Length)))) > 0;)
            offset -= read;
    }

    /// <summary>Where the file now at the path goes on with the one that was read, when it begins with that one's end; null when it does not.</summary>
    private long? Continuation()
    {
        const int most = 64 * 1024;
        using var now = EventPart.TryOpen(path, out _);
        var length = _source!.Position;
        var unread = length - _cutter!.Position;
        var tail = new byte[Math.Min(length, most)];
        _source.Position = length - tail.Length;
        _source.ReadExactly(tail);
        if (now is null || tail.Length == 0)
            return null;
        var head = new byte[(int)Math.Min(now.Length, 64 * 1024 * 1024)];
        now.ReadExactly(head);
        return EndOfOverlap(tail, head) is > 0 and var end ? Math.Max(0, end - unread) : null;
    }

    /// <summary>How many of the new file's first bytes are the old one's last, to the end of a line; 0 for none.</summary>
    private static int EndOfOverlap(ReadOnlySpan<byte> oldEnd, ReadOnlySpan<byte> start)
    {
        var lastLine = oldEnd[(oldEnd[..^1].LastIndexOf((byte)'\n') + 1)..];
        for (var at = start.LastIndexOf(lastLine); at >= 0; at = start[..at].LastIndexOf(lastLine))
        {
            var end = at + lastLine.Length;
            if (end <= oldEnd.Length ? oldEnd.EndsWith(start[..end]) : start[..end].EndsWith(oldEnd))
                return end;
        }

        return 0;
    }
}
