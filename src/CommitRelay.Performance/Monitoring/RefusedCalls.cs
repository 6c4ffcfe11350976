using CommitRelay.Performance.Relay;

namespace CommitRelay.Performance.Monitoring;

/// <summary>Counts calls that the home's logs tell were refused, since it was last asked. Reads only what was appended meanwhile.</summary>
internal sealed class RefusedCalls(RelayHome home)
{
    private readonly Dictionary<string, long> _read = new(StringComparer.Ordinal);
    private bool _isKnown;

    /// <summary>Refused calls since the call before; the first one only learns where the logs end.</summary>
    public long SinceLast(CancellationToken cancellationToken)
    {
        var count = 0L;
        if (Directory.Exists(home.Logs))
        {
            LineScan? scan = null;
            foreach (var file in new DirectoryInfo(home.Logs).EnumerateFiles("*.log", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true }))
                count += Appended(file, ref scan, cancellationToken);
            scan?.Dispose();
        }

        _isKnown = true;
        return count;
    }

    private long Appended(FileInfo file, ref LineScan? scan, CancellationToken cancellationToken)
    {
        try
        {
            // A file that has become shorter was begun anew.
            var from = _read.TryGetValue(file.FullName, out var read) && read <= file.Length ? read : 0;
            _read[file.FullName] = file.Length;
            if (!_isKnown || file.Length <= from)
                return 0;
            scan ??= new LineScan(LineSearch.RateLimits, keep: 0);
            return scan.Read(file.FullName, LogScan.IsRefusal, cancellationToken, from);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
