using CommitRelay.Performance.Files.Unix;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Files;

/// <summary>
/// Tells whether a path still leads to the file, and the content, that was read: device and inode (0 where the system does not tell,
/// then the creation time stands in), length and time of the last change.
/// Inode numbers recur as soon as a file is gone: compare only while a handle of the one that was read is open.
/// </summary>
internal readonly record struct FileIdentity(ulong Device, ulong Inode, long Length, long ModifiedNanoseconds)
{
    private const int NanosecondsPerTick = 100;

    /// <summary>The identity of what a path leads to now, links followed; null when nothing is there.</summary>
    internal static FileIdentity? At(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            if (Libc.StatPath(Libc.CurrentFolder, path, 0, Libc.BasicStats, out var status) == 0)
                return From(status);
            return System.Runtime.InteropServices.Marshal.GetLastPInvokeError() == Libc.NoEntry ? null : throw Libc.LastError("statx", path);
        }

        var file = new FileInfo(path);
        return file.Exists ? From(file.CreationTimeUtc, file.Length, file.LastWriteTimeUtc) : null;
    }

    /// <summary>The identity of an open file.</summary>
    internal static FileIdentity Of(SafeFileHandle handle)
        => OperatingSystem.IsLinux()
            ? From(Status(handle))
            : From(File.GetCreationTimeUtc(handle), RandomAccess.GetLength(handle), File.GetLastWriteTimeUtc(handle));

    /// <summary>Owner and group of an open file; Linux only.</summary>
    internal static Libc.FileStatus Status(SafeFileHandle handle)
        => Libc.StatHandle(handle, "", Libc.EmptyPath, Libc.BasicStats, out var status) == 0 ? status : throw Libc.LastError("statx", "an open file");

    private static FileIdentity From(in Libc.FileStatus status)
        => new(((ulong)status.DeviceMajor << 32) | status.DeviceMinor, status.Inode, status.Size, (status.ModifiedSeconds * 1_000_000_000) + status.ModifiedNanoseconds);

    private static FileIdentity From(DateTime created, long length, DateTime modified)
        => new(0, (ulong)created.Ticks, length, modified.Ticks * NanosecondsPerTick);
}
