using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Files.Windows;

/// <summary>The file index of NTFS, which is what an inode number is elsewhere.</summary>
[SupportedOSPlatform("windows")]
internal static partial class FileInformation
{
    [LibraryImport("kernel32", EntryPoint = "GetFileInformationByHandle", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static unsafe partial bool GetFileInformationByHandle(SafeFileHandle file, ByHandle* information);

    internal static FileState? TryOf(string path)
    {
        try
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return Of(handle);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    internal static unsafe FileState? Of(SafeFileHandle handle)
    {
        ByHandle found;
        if (!GetFileInformationByHandle(handle, &found))
            return null;
        return new FileState(
            found.Volume,
            ((ulong)found.IndexHigh << 32) | found.IndexLow,
            ((long)found.SizeHigh << 32) | found.SizeLow,
            DateTime.FromFileTimeUtc(((long)found.CreatedHigh << 32) | found.CreatedLow),
            DateTime.FromFileTimeUtc(((long)found.WrittenHigh << 32) | found.WrittenLow));
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct ByHandle
    {
        public uint Attributes;
        public uint CreatedLow;
        public uint CreatedHigh;
        public uint AccessedLow;
        public uint AccessedHigh;
        public uint WrittenLow;
        public uint WrittenHigh;
        public uint Volume;
        public uint SizeHigh;
        public uint SizeLow;
        public uint Links;
        public uint IndexHigh;
        public uint IndexLow;
    }
}
