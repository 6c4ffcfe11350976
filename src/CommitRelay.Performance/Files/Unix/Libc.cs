using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Files.Unix;

/// <summary>
/// The system calls that .NET does not offer. Each returns the raw result; <see cref="Marshal.GetLastPInvokeError"/> holds errno.
/// Constants that differ between systems are chosen in <see cref="Flags"/>.
/// </summary>
internal static partial class Libc
{
    internal const int LockExclusive = 2;
    internal const int LockNonBlocking = 4;
    internal const int LockRelease = 8;

    internal const int NotPermitted = 1;
    internal const int NoEntry = 2;
    internal const int Interrupted = 4;
    internal const int WouldBlockLinux = 11;
    internal const int AccessDenied = 13;
    internal const int WouldBlockMac = 35;
    internal const int NoSpace = 28;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags, int mode);

    /// <summary>
    /// open(2) without stamps of access: each read of a file that was written since would change its inode, which the next fsync has to write. Only the
    /// file's owner may ask for that; others open it as always.
    /// </summary>
    internal static int OpenUnstamped(string path, int flags, int mode)
    {
        if (OperatingSystem.IsLinux())
        {
            var descriptor = Open(path, flags | Flags.NoAccessTime, mode);
            if (descriptor >= 0 || Marshal.GetLastPInvokeError() != NotPermitted)
                return descriptor;
        }

        return Open(path, flags, mode);
    }

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    internal static partial int Flock(SafeFileHandle descriptor, int operation);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    internal static partial int Fsync(SafeFileHandle descriptor);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    internal static unsafe partial nint Write(SafeFileHandle descriptor, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    private static unsafe partial nint ReadAt(SafeFileHandle descriptor, byte* buffer, nint count, long offset);

    /// <summary>pread(2); -1 where it fails, as on a pipe, and on systems whose offsets may have 32 bits.</summary>
    internal static unsafe int TryReadAt(SafeFileHandle descriptor, Span<byte> destination, long offset)
    {
        if (OperatingSystem.IsWindows() || !Environment.Is64BitProcess)
            return -1;
        fixed (byte* buffer = destination)
            return (int)ReadAt(descriptor, buffer, destination.Length, offset);
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(SafeFileHandle descriptor, long offset, long length, int advice);

    /// <summary>Lets the system read further ahead, where it has a call for it.</summary>
    internal static void AdviseSequential(SafeFileHandle descriptor)
    {
        const int sequential = 2;
        if (OperatingSystem.IsLinux())
            _ = Advise(descriptor, 0, 0, sequential);
    }

    /// <summary>Flags of open(2), by system.</summary>
    internal static class Flags
    {
        internal const int ReadOnly = 0;
        internal const int WriteOnly = 1;
        internal const int ReadWrite = 2;
        internal const int NoAccessTime = 0x40000;
        internal static int Create => OperatingSystem.IsMacOS() ? 0x200 : 0x40;
        internal static int Exclusive => OperatingSystem.IsMacOS() ? 0x800 : 0x80;
        internal static int Append => OperatingSystem.IsMacOS() ? 0x8 : 0x400;
        internal static int NonBlocking => OperatingSystem.IsMacOS() ? 0x4 : 0x800;
        internal static int Directory => OperatingSystem.IsMacOS() ? 0x100000 : IsArm ? 0x4000 : 0x10000;
        internal static int NoFollow => OperatingSystem.IsMacOS() ? 0x100 : IsArm ? 0x8000 : 0x20000;
        internal static int CloseOnExec => OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

        // Linux has its own values for these two on ARM (asm/fcntl.h).
        private static bool IsArm => RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64;
    }

    /// <summary>The last error as an <see cref="IOException"/> that names the file and the call.</summary>
    internal static IOException LastError(string call, string path)
    {
        var errno = Marshal.GetLastPInvokeError();
        return new IOException($"{path}: {call} failed: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})", errno);
    }
}
