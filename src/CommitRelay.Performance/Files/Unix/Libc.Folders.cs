using System.Runtime.InteropServices;

namespace CommitRelay.Performance.Files.Unix;

/// <content>Listing folders, on Linux.</content>
internal static partial class Libc
{
    private const int AtNoFollow = 0x100;
    private const uint StatxTypeTimeAndSize = 0x1 | 0x40 | 0x200;

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    internal static unsafe partial int OpenAt(int folder, byte* name, int flags);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
    internal static unsafe partial int UnlinkAt(int folder, byte* name, int flags);

    [LibraryImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    internal static unsafe partial nint GetEntries(int folder, byte* buffer, nint bytes);

    /// <summary>What an entry of an open folder is; links are not followed. False when it is gone.</summary>
    internal static unsafe bool TryEntry(int folder, byte* name, out EntryFacts facts)
    {
        LinuxStat stat;
        var done = StatxOf(folder, name, AtNoFollow, StatxTypeTimeAndSize, &stat) == 0;
        facts = done ? new EntryFacts((EntryType)(stat.Mode >> 12), stat.Size, stat.ModifiedSeconds) : default;
        return done;
    }

    [LibraryImport("libc", EntryPoint = "statx")]
    private static unsafe partial int StatxOf(int folder, byte* name, int flags, uint mask, LinuxStat* result);

    internal readonly record struct EntryFacts(EntryType Type, long Size, long ModifiedSeconds);
}
