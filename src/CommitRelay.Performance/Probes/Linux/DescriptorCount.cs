using System.IO.Enumeration;
using System.Runtime.InteropServices;

namespace CommitRelay.Performance.Probes.Linux;

/// <summary>Counts a folder such as /proc/self/fd. Since Linux 6.2 its size is the count; before, and in recorded trees, its entries are counted.</summary>
internal sealed class DescriptorCount(string folder)
{
    private const int FolderType = 0x4000;
    private const int TypeMask = 0xF000;
    private const uint ModeAndSize = 0x3 | 0x200;
    private int _errno;

    /// <summary>Why the last count failed.</summary>
    internal string Trouble { get; private set; } = $"{folder}: never read";

    internal unsafe long? Count()
    {
        LinuxCalls.FileFacts facts;
        if (LinuxCalls.StatX(LinuxCalls.AtCurrentFolder, folder, 0, ModeAndSize, &facts) != 0)
            return Fail(Marshal.GetLastPInvokeError());

        // A folder of a disk has a size of its own; procfs has device major 0 and, before 6.2, size 0.
        var isFolder = (facts.Mode & TypeMask) == FolderType;
        return isFolder && facts.DeviceMajor == 0 && facts.Size > 0 && facts.Inode != 0 && IsProc
            ? facts.Size
            : CountEntries();
    }

    private bool IsProc { get; } = folder.StartsWith("/proc/", StringComparison.Ordinal);

    private long? CountEntries()
    {
        try
        {
            long count = 0;
            foreach (var _ in new FileSystemEnumerable<bool>(folder, static (ref FileSystemEntry _) => true, new EnumerationOptions { AttributesToSkip = 0 }))
                count++;

            // The folder itself was open while its entries were counted.
            return IsProc ? count - 1 : count;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Trouble = $"{folder}: {e.Message}";
            return null;
        }
    }

    private long? Fail(int errno)
    {
        if (errno != _errno)
            Trouble = $"{folder}: {Marshal.GetPInvokeErrorMessage(errno)}";
        _errno = errno;
        return null;
    }
}
