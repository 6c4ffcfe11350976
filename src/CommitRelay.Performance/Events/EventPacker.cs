using System.IO.Compression;
using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Events;

/// <summary>Compresses one rolled part. Each step can be cut short by a crash and is taken up again.</summary>
internal static class EventPacker
{
    public const string Unfinished = EventArchive.Compressed + ".tmp";

    /// <summary>Writes beside, checks that the part has not changed meanwhile, renames, and only then deletes the part.</summary>
    public static bool Pack(string part, CancellationToken cancellationToken)
    {
        using var target = TryClaim(part);
        if (target is null)
            return false;
        target.SetLength(0);
        var before = new FileInfo(part);
        var (length, written) = (before.Length, before.LastWriteTimeUtc);
        if (TryCompress(part, target, cancellationToken))
        {
            target.Flush(flushToDisk: true);
            var after = new FileInfo(part);
            if (after.Exists && after.Length == length && after.LastWriteTimeUtc == written)
            {
                File.SetLastWriteTimeUtc(part + Unfinished, written);
                File.Move(part + Unfinished, part + EventArchive.Compressed, overwrite: true);
                AtomicFile.FlushFolder(System.IO.Path.GetDirectoryName(part)!);
                File.Delete(part);
                return true;
            }
        }

        File.Delete(part + Unfinished);
        return false;
    }

    /// <summary>The unfinished file, held by nobody else; null when another process is at it, or has just finished.</summary>
    public static FileStream? TryClaim(string part)
    {
        FileStream? stream = null;
        try
        {
            stream = new FileStream(part + Unfinished, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            if (File.Exists(part) && FileState.TryOf(part + Unfinished) is { } there && there.IsSameFile(FileState.Of(stream.SafeFileHandle, stream.Name)))
                return stream;
        }
        catch (IOException)
        {
            return null;
        }

        // The finished file was renamed while this waited for it: it must not be touched, and a new empty one must not stay.
        stream.Dispose();
        if (!File.Exists(part))
            File.Delete(part + Unfinished);
        return null;
    }

    private static bool TryCompress(string part, FileStream target, CancellationToken cancellationToken)
    {
        using var source = new FileStream(part, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
        using var gzip = new GZipStream(target, CompressionLevel.Optimal, leaveOpen: true);
        var buffer = new byte[256 * 1024];
        for (int read; (read = source.Read(buffer)) > 0;)
        {
            if (cancellationToken.IsCancellationRequested)
                return false;
            gzip.Write(buffer.AsSpan(0, read));
        }

        return true;
    }
}
