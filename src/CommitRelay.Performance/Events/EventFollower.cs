using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Events;

/// <summary>
/// Goes through the parts of an event file in the order of their events and waits at the end of the last one. The file it reads stays open, so
/// it is told apart from its successor by inode, whatever it is called meanwhile.
/// </summary>
internal sealed class EventFollower(string path, string? archiveFolder, EventReaderOptions options) : IDisposable
{
    private readonly Queue<Place> _next = [];
    private Stream? _source;
    private EventCutter? _cutter;
    private string _part = "";
    private ulong _inode;
    private long _rolledBefore;
    private bool _leaving;

    private readonly record struct Place(string Path, long Offset, long RolledBefore);

    public EventPosition Position => new(_inode, _cutter!.Position, _rolledBefore);

    public void Start(EventPosition? from)
    {
        if (from is { } place)
            Resume(place);
        else
            OpenLive(fromEnd: true);
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
            _cutter.End();
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
        if (Successors() is { Count: > 0 } rolled)
        {
            rolled.ForEach(_next.Enqueue);
        }
        else if (there is null)
        {
            return false;
        }
        else if (Continuation() is { } offset)
        {
            Open(new Place(path, offset, _rolledBefore));
            return true;
        }

        _cutter!.End();
        return true;
    }

    /// <summary>The parts rolled since the live file was opened, without the one that it has become itself.</summary>
    private List<Place> Successors()
    {
        var places = Places(EventArchives.Find(path, archiveFolder).Where(archive => archive.Time.Ticks > _rolledBefore), _rolledBefore);
        if (places.Count == 0)
            return places;
        var own = places.FindIndex(place => FileState.TryOf(place.Path)?.Inode == _inode);
        if (own >= 0)
            places.RemoveRange(0, own + 1);
        else if (places[0].Path.EndsWith(EventArchive.Compressed, StringComparison.Ordinal))
            places.RemoveAt(0);
        var last = places.Count > 0 ? places[^1].Path : null;
        places.Add(new Place(path, 0, last is null ? NewestRolled() : 0));
        return places;
    }

    private static List<Place> Places(IEnumerable<EventArchive> archives, long rolledBefore)
    {
        var places = new List<Place>();
        foreach (var archive in archives)
        {
            places.Add(new Place(archive.Path, 0, rolledBefore));
            rolledBefore = archive.Time.Ticks;
        }

        return places;
    }

    private void Resume(EventPosition from)
    {
        var places = Places(EventArchives.Find(path, archiveFolder), 0);
        places.Add(new Place(path, 0, 0));
        var at = from.Inode == 0 ? -1 : places.FindIndex(place => IsAt(place.Path, from));
        if (at < 0)
        {
            at = places.FindIndex(place => place.Path == path || TimeOf(place.Path) > from.RolledBefore);

            // The part has another inode once it is compressed.
            if (from.Inode == 0 || !places[at].Path.EndsWith(EventArchive.Compressed, StringComparison.Ordinal))
                from = EventPosition.Beginning;
        }

        places[at] = places[at] with { Offset = from.Offset };
        places.Skip(at).ToList().ForEach(_next.Enqueue);
        OpenNext();
    }

    private long TimeOf(string part) => EventArchives.Find(path, archiveFolder).First(archive => archive.Path == part).Time.Ticks;

    private static bool IsAt(string part, EventPosition from)
        => FileState.TryOf(part) is { } state && state.Inode == from.Inode && (state.Length >= from.Offset || part.EndsWith(EventArchive.Compressed, StringComparison.Ordinal));

    private bool OpenNext()
    {
        if (!_next.TryDequeue(out var place))
            return OpenLive(fromEnd: false);
        if (place.Path == path)
            return OpenLive(fromEnd: false, place.Offset);
        Open(place);
        return true;
    }

    /// <summary>Opens the file at the path, and notes which part had been rolled last when it was begun.</summary>
    private bool OpenLive(bool fromEnd, long offset = 0)
    {
        while (true)
        {
            var before = NewestRolled();
            Open(new Place(path, offset, before));
            if (_source is null)
                return false;
            if (NewestRolled() != before)
                continue;
            if (fromEnd)
                SkipTo(_source.Length);
            return true;
        }
    }

    private long NewestRolled() => EventArchives.Find(path, archiveFolder).Select(static archive => archive.Time.Ticks).DefaultIfEmpty(0).Max();

    private void Open(Place place)
    {
        _source?.Dispose();
        (_part, _rolledBefore, _leaving) = (place.Path, place.RolledBefore, false);
        _source = EventPart.TryOpen(place.Path, out _inode);
        _cutter = new EventCutter(place.Path, options, place.Offset);
        if (_source is not null && place.Offset > 0)
            SkipTo(place.Offset);
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
        var found = head.AsSpan().IndexOf(tail);
        if (found < 0 && head.Length < tail.Length)
            found = tail.AsSpan().EndsWith(head) ? 0 : -1;
        return found < 0 ? null : Math.Max(0, Math.Min(found + tail.Length, head.Length) - unread);
    }
}
