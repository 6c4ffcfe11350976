using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using CommitRelay.Performance.Files.Unix;

namespace CommitRelay.Performance.Files;

/// <summary>
/// Where mapped staging files lie: a folder that only this user may enter, on a file system that keeps reserved blocks reserved.
/// One that copies on write or compresses (btrfs, ZFS) may run out of space under a store; one on a network may vanish.
/// </summary>
internal static class StagingFolder
{
    private const string Suffix = ".stage";
    private static readonly string[] KnownFileSystems = ["tmpfs", "ext2", "ext3", "ext4", "xfs"];

    /// <summary>The default folder of this user, in memory that no disk can slow down.</summary>
    public static string? Default => OperatingSystem.IsLinux() && Directory.Exists("/dev/shm") ? $"/dev/shm/commitrelay-{Libc.EffectiveUser()}" : null;

    /// <summary>Mapped memory for a path where that is safe; otherwise memory on the heap, with the reason.</summary>
    public static StagingMemory Allocate(string path, long length, string? folder)
    {
        folder ??= Default;
        if (folder is null || !OperatingSystem.IsLinux())
            return StagingMemory.OnHeap(length, "mapped memory is used on Linux only, and by default needs /dev/shm");
        try
        {
            return (WhyNot(folder) ?? WhyNoRoom(folder, length)) is { } reason
                ? StagingMemory.OnHeap(length, reason)
                : MappedMemory.Create(System.IO.Path.Combine(folder, $"{Prefix(path)}{Environment.ProcessId}-{Guid.NewGuid():N}{Suffix}"), length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return StagingMemory.OnHeap(length, e.Message);
        }
    }

    /// <summary>Null when a reservation leaves as much as it takes, and a hundredth of the file system; else the reason. The last blocks are for the events themselves.</summary>
    private static string? WhyNoRoom(string folder, long length)
    {
        var disk = DiskSpace.Of(folder);
        return disk.Free - length < Math.Max(length, disk.Total / 100)
            ? $"{folder} has {disk.Free} of {disk.Total} bytes free, too few to reserve {length}"
            : null;
    }

    /// <summary>The staging files of a path, whichever process owns them.</summary>
    public static IEnumerable<string> Find(string path, string? folder) => FindAll(folder, Prefix(path));

    /// <summary>The staging files whose names begin so, whichever process owns them: by default those of all paths. What others can put into a folder counts for nothing.</summary>
    public static IEnumerable<string> FindAll(string? folder, string prefix = "")
    {
        folder ??= Default;
        return folder is not null && OperatingSystem.IsLinux() && IsPrivate(folder) ? Directory.EnumerateFiles(folder, prefix + "*" + Suffix) : [];
    }

    /// <summary>The path of a staging file by its name; null when a path has none of such a name, whoever wrote it down.</summary>
    public static string? Named(string path, string name, string? folder)
    {
        folder ??= Default;
        return folder is not null && name.StartsWith(Prefix(path), StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal) && System.IO.Path.GetFileName(name) == name
            ? System.IO.Path.Combine(folder, name)
            : null;
    }

    private static string Prefix(string path) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)).AsSpan(0, 16)) + "-";

    /// <summary>Makes the folder if there is none; null when mapped files may lie in it, else the reason.</summary>
    public static string? WhyNot(string folder)
    {
        if (Libc.MakeFolder(folder, 0b111_000_000) != 0 && Marshal.GetLastPInvokeError() != Libc.Exists)
            return Libc.LastError("mkdir", folder).Message;
        if (!IsPrivate(folder))
            return $"{folder} must be a folder of this user with mode 0700, and no link";
        var format = new DriveInfo(folder).DriveFormat;
        return KnownFileSystems.Contains(format) ? null : $"{folder} lies on {format}, where reserved memory may not hold";
    }

    private static bool IsPrivate(string folder)
        => FileState.TryOf(folder) is { } state && state.User == Libc.EffectiveUser() && state.Mode == (UnixFileMode)0b111_000_000 && new DirectoryInfo(folder).LinkTarget is null;
}
