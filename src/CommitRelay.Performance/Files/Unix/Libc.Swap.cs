using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Files.Unix;

/// <summary>What replacing a file needs: exchange of two names, owner, hard links.</summary>
internal static partial class Libc
{
    internal const uint ExchangeNames = 2;

    internal const int NoProcess = 3;
    internal const int InvalidArgument = 22;
    internal const int NoSystemCall = 38;
    internal const int NotSupportedLinux = 95;
    internal const int NotSupportedMac = 45;

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int RenameAt2(int oldFolder, string oldPath, int newFolder, string newPath, uint flags);

    [LibraryImport("libc", EntryPoint = "renamex_np", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int RenameExchangeMac(string from, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    internal static partial int ChangeOwner(SafeFileHandle descriptor, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Link(string existing, string added);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    internal static partial int Kill(int process, int signal);
}
