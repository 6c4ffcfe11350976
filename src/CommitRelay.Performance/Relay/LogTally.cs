namespace CommitRelay.Performance.Relay;

/// <summary>Gathers what a scan finds, file by file.</summary>
internal sealed class LogTally(RelayHome home, LogScanOptions options, LineScan scan)
{
    private readonly Dictionary<string, long> _byFile = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _unreadable = new(StringComparer.Ordinal);
    private readonly List<(long Written, LogLine Line)> _last = [];
    private int _logs;
    private long _lines;

    public void Read(string path, long written, LineCheck? check, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            var count = scan.Read(path, check, cancellationToken);
            _logs += Path.GetFileName(path.AsSpan()).Contains(".log", StringComparison.OrdinalIgnoreCase) ? 1 : 0;
            if (count > 0)
                Add(home.Relative(path), written, count);
        }
        catch (FileNotFoundException)
        {
            // Gone since it was listed.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            _unreadable[home.Relative(path)] = e.Message;
        }
    }

    public LogScanResult ToResult(IEnumerable<InvalidFile> unlisted)
    {
        foreach (var invalid in unlisted)
            _unreadable[home.Relative(invalid.Path)] = invalid.Reason;
        KeepLast();
        return new LogScanResult(_logs, _lines, _byFile, [.. _last.Select(static one => one.Line)], _unreadable);
    }

    private void Add(string file, long written, long count)
    {
        _lines += count;
        if (options.ByFile)
            _byFile[file] = count;
        _last.AddRange(scan.Last.Select(line => (written, line with { File = file })));
        if (_last.Count > 2 * options.Last)
            KeepLast();
    }

    /// <summary>Of all lines so far only the last can be among the last of all.</summary>
    private void KeepLast()
    {
        _last.Sort(static (one, other) =>
        {
            var order = one.Written.CompareTo(other.Written);
            if (order == 0)
                order = string.CompareOrdinal(one.Line.File, other.Line.File);
            return order != 0 ? order : one.Line.Line.CompareTo(other.Line.Line);
        });
        _last.RemoveRange(0, Math.Max(0, _last.Count - options.Last));
    }
}
