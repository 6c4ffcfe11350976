using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Probes.Linux;

/// <summary>System calls of Linux that probes need and .NET lacks or wraps in allocations. Raw results; errno by <see cref="Marshal.GetLastPInvokeError"/>.</summary>
internal static unsafe partial class LinuxCalls
{
    internal const int AtCurrentFolder = -100;
    internal const int NoFollow = 0x100;
    internal const int NotSupported = 95;
    internal const int ClockTicksName = 2;

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    internal static partial nint PRead(SafeFileHandle descriptor, byte* buffer, nint count, long offset);

    [LibraryImport("libc", EntryPoint = "statvfs", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int StatVfs(string path, FileSystemFacts* facts);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int StatX(int folder, string path, int flags, uint mask, FileFacts* facts);

    [LibraryImport("libc", EntryPoint = "sysconf", SetLastError = true)]
    internal static partial nint SysConf(int name);

    /// <summary>struct statvfs where long has 64 bits, padded beyond both glibc's and musl's.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct FileSystemFacts
    {
        public ulong BlockSize;
        public ulong FragmentSize;
        public ulong Blocks;
        public ulong BlocksFree;
        public ulong BlocksAvailable;
        public ulong Files;
        public ulong FilesFree;
        public fixed ulong Rest[16];
    }

    /// <summary>struct statx: the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct FileFacts
    {
        [FieldOffset(0)]
        public uint Mask;
        [FieldOffset(28)]
        public ushort Mode;
        [FieldOffset(32)]
        public ulong Inode;
        [FieldOffset(40)]
        public long Size;
        [FieldOffset(112)]
        public long ModifiedSeconds;
        [FieldOffset(128)]
        public uint SpecialMajor;
        [FieldOffset(132)]
        public uint SpecialMinor;
        [FieldOffset(136)]
        public uint DeviceMajor;
        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}
