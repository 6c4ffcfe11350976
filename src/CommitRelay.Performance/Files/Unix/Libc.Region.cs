using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Files.Unix;

/// <summary>Locks on parts of a file that belong to the open file, not to the process, and die with it. 64-bit Linux only.</summary>
internal static partial class Libc
{
    private const int SetOpenFileLock = 37;
    private const short WriteLock = 1;

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static unsafe partial int Fcntl(SafeFileHandle descriptor, int command, Region* region);

    /// <summary>Takes the lock of one byte; false when another holds it.</summary>
    /// <exception cref="IOException">The file system or the kernel has no such locks.</exception>
    internal static unsafe bool TryLockByte(SafeFileHandle handle, long offset, string path)
    {
        var region = new Region { Type = WriteLock, Start = offset, Length = 1 };
        while (Fcntl(handle, SetOpenFileLock, &region) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            if (errno == Interrupted)
                continue;
            return errno is WouldBlockLinux or AccessDenied ? false : throw LastError("fcntl(F_OFD_SETLK)", path);
        }

        return true;
    }

    // struct flock of 64-bit Linux; whence 0 counts from the start of the file, and the process must be 0.
    [StructLayout(LayoutKind.Explicit, Size = 32)]
    private struct Region
    {
        [FieldOffset(0)] public short Type;
        [FieldOffset(8)] public long Start;
        [FieldOffset(16)] public long Length;
    }
}
