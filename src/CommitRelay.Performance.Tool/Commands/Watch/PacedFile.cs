namespace CommitRelay.Performance.Tool.Commands;

/// <summary>A file or folder that is read again when it has changed, and seldom when reading takes long.</summary>
/// <param name="path">Where.</param>
/// <param name="time">The clock.</param>
/// <param name="restsFor">How many times as long as the last reading took it rests at least: 100 for a hundredth of a processor.</param>
/// <param name="stands">How long what was read stands at most, changed or not; null for until it changes.</param>
internal sealed class PacedFile(string path, TimeProvider time, int restsFor, TimeSpan? stands = null)
{
    private (DateTime Written, long Length)? _seen;
    private long _readAt;
    private TimeSpan _took;

    /// <summary>Whether it has changed since it was read: it is not yet time to read it again.</summary>
    public bool IsBehind { get; private set; }

    public async Task LookAsync(Func<Task> read)
    {
        var now = State();
        if (_seen is not null)
        {
            var age = time.GetElapsedTime(_readAt);
            IsBehind = _seen != now;
            if (age < restsFor * _took || (!IsBehind && !(age > stands)))
                return;
        }

        _seen = now;
        var started = time.GetTimestamp();
        await read().ConfigureAwait(false);
        _readAt = time.GetTimestamp();
        _took = time.GetElapsedTime(started, _readAt);
        IsBehind = false;
    }

    private (DateTime Written, long Length) State()
    {
        FileSystemInfo info = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
        return info.Exists ? (info.LastWriteTimeUtc, info is FileInfo file ? file.Length : 0) : default;
    }
}
