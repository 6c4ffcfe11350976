using System.Runtime.InteropServices;
using CommitRelay.Performance.Files.Unix;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.RateLimits.State;

// Scopes come and go, their files would stay: whoever makes a new one removes those that nobody will miss. Only what was learned is lost.
internal sealed unsafe partial class PaceFile
{
    /// <summary>How long a scope's file stays after it was opened last. Stores to mapped memory leave no date, so only openings count.</summary>
    internal static readonly TimeSpan KeptFor = TimeSpan.FromDays(7);

    /// <summary>Removes files of past boots and those not opened for long, unless a process has them. The caller holds the folder's lock.</summary>
    private static void Prune(string folder, in Header expected)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*.pace"))
        {
            try
            {
                if (IsAbandoned(path, expected))
                    File.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It stays until the next time; it is in nobody's way.
            }
        }
    }

    private static bool IsAbandoned(string path, in Header expected)
    {
        using var handle = OpenHandle(path, 0);
        Header found = default;
        RandomAccess.Read(handle, MemoryMarshal.AsBytes(new Span<Header>(ref found)), 0);
        if (found.Magic != expected.Magic)
            return false;
        var isOld = File.GetLastWriteTimeUtc(path) < TimeProvider.System.GetUtcNow().UtcDateTime - KeptFor;
        return (isOld || found.Boot != expected.Boot) && HasNoSharer(handle, path);
    }

    /// <summary>Each sharer holds the lock of its slots for as long as it lives, and none can come while the folder is locked.</summary>
    private static bool HasNoSharer(SafeFileHandle handle, string path)
    {
        for (var sharer = 0; sharer < Sharers; sharer++)
        {
            if (!Libc.TryLockByte(handle, sharer, path))
                return false;
        }

        return true;
    }
}
