using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Files.Unix;

/// <summary>What a staging file needs: its blocks reserved, its folder private.</summary>
internal static partial class Libc
{
    internal const int Exists = 17;

    /// <summary>MADV_POPULATE_WRITE, of Linux 5.14 and later.</summary>
    internal const int PopulateForWriting = 23;

    /// <summary>Reserves blocks and sets the length. Returns the error number itself; 0 when done.</summary>
    [LibraryImport("libc", EntryPoint = "posix_fallocate")]
    internal static partial int Reserve(SafeFileHandle descriptor, long offset, long length);

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    internal static unsafe partial int Advise(byte* start, nint length, int advice);

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int MakeFolder(string path, uint mode);
}
