using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Events;

/// <summary>Opens one part of an event file for reading, whoever writes, renames or deletes it meanwhile.</summary>
internal static class EventPart
{
    /// <summary>The part's bytes; null when it is gone.</summary>
    public static Stream? TryOpen(string path) => TryOpen(path, out _);

    /// <summary>The part's bytes and its inode; null when it is gone.</summary>
    public static Stream? TryOpen(string path, out ulong inode)
    {
        inode = 0;
        try
        {
            var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
            inode = FileState.Of(file, path).Inode;
            return path.EndsWith(EventArchive.Compressed, StringComparison.Ordinal) ? new PackedStream(file) : new FileStream(file, FileAccess.Read, bufferSize: 0);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public static FileStream OpenPlain(string path)
        => new(path, new FileStreamOptions { Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0, Options = FileOptions.SequentialScan });
}
