using System.Runtime.InteropServices;

namespace CommitRelay.Performance.Files.Unix;

/// <summary>Leases of files: asked for only to learn whether anybody writes. Linux only.</summary>
internal static partial class Libc
{
    private const int SetSignal = 10;
    private const int SetLease = 1024;
    private const int ReadLease = 0;

    // Ignored unless a program asks for it. The default, SIGIO, would end this process if somebody opened the file for writing just then.
    private const int UrgentSignal = 23;

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Fcntl(int descriptor, int command, nint argument);

    /// <summary>True when the file is open for writing somewhere, false when a read lease was had, null when the system grants none.</summary>
    internal static bool? TryLease(int descriptor)
    {
        if (Fcntl(descriptor, SetSignal, UrgentSignal) == 0 && Fcntl(descriptor, SetLease, ReadLease) == 0)
            return false;
        return Marshal.GetLastPInvokeError() == WouldBlockLinux ? true : null;
    }
}
