using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Files;

/// <summary>
/// Tells whether a path still leads to the file, and the content, that was read: device, inode, length and time of the last change.
/// Inode numbers recur as soon as a file is gone: compare only while a handle of the one that was read is open.
/// </summary>
internal readonly record struct FileIdentity(ulong Device, ulong Inode, long Length, long ModifiedNanoseconds)
{
    /// <summary>The identity of what a path leads to now, links followed; null when nothing is there.</summary>
    internal static FileIdentity? At(string path) => FileState.TryOf(path)?.Identity;

    /// <summary>The identity of an open file.</summary>
    internal static FileIdentity Of(SafeFileHandle handle, string path) => FileState.Of(handle, path).Identity;
}
