using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Files.Unix;

/// <summary>What a staging file needs: its blocks reserved, its folder private.</summary>
internal static partial class Libc
{
    internal const int Exists = 17;

    /// <summary>Reserves blocks and sets the length. Returns the error number itself; 0 when done.</summary>
    [LibraryImport("libc", EntryPoint = "posix_fallocate")]
    internal static partial int Reserve(SafeFileHandle descriptor, long offset, long length);

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int MakeFolder(string path, uint mode);
}
