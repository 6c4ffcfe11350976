namespace CommitRelay.Performance.Files;

/// <summary>
/// Tells when files of a folder are written, created or renamed: an atomic replace is a rename. A help for speed only:
/// where the system has no watch left, or the file system tells nothing, whoever waits must look from time to time.
/// </summary>
internal sealed class FolderWatch : IDisposable
{
    private readonly FileSystemWatcher _watcher;

    private FolderWatch(FileSystemWatcher watcher) => _watcher = watcher;

    /// <summary>Starts to watch files of one folder; null when the system refuses.</summary>
    internal static FolderWatch? TryStart(string file, string otherFile, Action changed)
    {
        var watcher = new FileSystemWatcher();
        try
        {
            watcher.Path = Path.GetDirectoryName(file)!;
            watcher.Filters.Add(Path.GetFileName(file));
            watcher.Filters.Add(Path.GetFileName(otherFile));
            watcher.NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size;
            watcher.Changed += (_, _) => changed();
            watcher.Created += (_, _) => changed();
            watcher.Renamed += (_, _) => changed();
            watcher.Error += (_, _) => changed();
            watcher.EnableRaisingEvents = true;
            return new FolderWatch(watcher);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            watcher.Dispose();
            return null;
        }
    }

    public void Dispose() => _watcher.Dispose();
}
