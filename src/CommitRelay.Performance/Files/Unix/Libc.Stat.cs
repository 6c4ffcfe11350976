using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Files.Unix;

/// <summary>What stat tells and .NET does not: which file this is, who owns it, when it began.</summary>
internal static partial class Libc
{
    internal const int CurrentFolder = -100;
    private const int AtEmptyPath = 0x1000;
    private const uint StatxBasicAndBirth = 0xFFF;

    [LibraryImport("libc", EntryPoint = "geteuid")]
    internal static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int folder, string path, int flags, uint mask, LinuxStat* result);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static unsafe partial int Statx(int folder, byte* path, int flags, uint mask, LinuxStat* result);

    [LibraryImport("libc", EntryPoint = "fstat", SetLastError = true)]
    private static unsafe partial int MacFstat(SafeFileHandle descriptor, MacStat* result);

    [LibraryImport("libc", EntryPoint = "stat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int MacPathStat(string path, MacStat* result);

    /// <summary>stat(2) of a path, links followed; false with errno when it fails.</summary>
    internal static unsafe bool TryStat(string path, out FileState state)
    {
        if (OperatingSystem.IsMacOS())
        {
            MacStat mac;
            var done = MacPathStat(path, &mac) == 0;
            state = done ? mac.ToState() : default;
            return done;
        }

        LinuxStat linux;
        var ok = Statx(CurrentFolder, path, 0, StatxBasicAndBirth, &linux) == 0;
        state = ok ? linux.ToState() : default;
        return ok;
    }

    /// <summary>fstat(2) of an open file; false with errno when it fails.</summary>
    internal static unsafe bool TryStat(SafeFileHandle handle, out FileState state)
    {
        if (OperatingSystem.IsMacOS())
        {
            MacStat mac;
            var done = MacFstat(handle, &mac) == 0;
            state = done ? mac.ToState() : default;
            return done;
        }

        var added = false;
        try
        {
            handle.DangerousAddRef(ref added);
            LinuxStat linux;
            byte empty = 0;
            var ok = Statx((int)handle.DangerousGetHandle(), &empty, AtEmptyPath, StatxBasicAndBirth, &linux) == 0;
            state = ok ? linux.ToState() : default;
            return ok;
        }
        finally
        {
            if (added)
                handle.DangerousRelease();
        }
    }

    private static bool IsFolder(ushort mode) => (mode & 0xF000) == 0x4000;

    /// <summary>Times that .NET has no name for, which some file systems can hold, are the first or the last that it has.</summary>
    private static DateTime Instant(long seconds, long nanoseconds)
    {
        const long earliest = -62_135_596_800, latest = 253_402_300_799;
        return DateTime.UnixEpoch.AddTicks((Math.Clamp(seconds, earliest, latest) * TimeSpan.TicksPerSecond) + (nanoseconds / TimeSpan.NanosecondsPerTick));
    }

    /// <summary>S_IFIFO, S_IFCHR, S_IFBLK and S_IFSOCK, the same on both systems.</summary>
    private static bool IsSpecial(ushort mode) => (mode >> 12) is 1 or 2 or 6 or 12;

    // struct statx of linux/stat.h, the same on every architecture (struct stat is not).
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct LinuxStat
    {
        [FieldOffset(20)] public uint User;
        [FieldOffset(24)] public uint Group;
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(32)] public ulong Inode;
        [FieldOffset(40)] public long Size;
        [FieldOffset(80)] public long BirthSeconds;
        [FieldOffset(88)] public uint BirthNanoseconds;
        [FieldOffset(112)] public long ModifiedSeconds;
        [FieldOffset(120)] public uint ModifiedNanoseconds;
        [FieldOffset(136)] public uint DeviceMajor;
        [FieldOffset(140)] public uint DeviceMinor;

        public readonly FileState ToState() => new(((ulong)DeviceMajor << 32) | DeviceMinor, Inode, Size, Instant(BirthSeconds, BirthNanoseconds), Instant(ModifiedSeconds, ModifiedNanoseconds), User, Group, (UnixFileMode)(Mode & 0xFFF), IsFolder(Mode), IsSpecial(Mode));
    }

    // struct stat of Darwin with 64-bit inodes.
    [StructLayout(LayoutKind.Explicit, Size = 144)]
    private struct MacStat
    {
        [FieldOffset(0)] public int Device;
        [FieldOffset(4)] public ushort Mode;
        [FieldOffset(8)] public ulong Inode;
        [FieldOffset(16)] public uint User;
        [FieldOffset(20)] public uint Group;
        [FieldOffset(48)] public long ModifiedSeconds;
        [FieldOffset(56)] public long ModifiedNanoseconds;
        [FieldOffset(80)] public long BirthSeconds;
        [FieldOffset(88)] public long BirthNanoseconds;
        [FieldOffset(96)] public long Length;

        public readonly FileState ToState() => new((uint)Device, Inode, Length, Instant(BirthSeconds, BirthNanoseconds), Instant(ModifiedSeconds, ModifiedNanoseconds), User, Group, (UnixFileMode)(Mode & 0xFFF), IsFolder(Mode), IsSpecial(Mode));
    }
}
