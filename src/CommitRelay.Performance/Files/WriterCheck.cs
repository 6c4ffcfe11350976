using System.Runtime.InteropServices;
using CommitRelay.Performance.Files.Unix;

namespace CommitRelay.Performance.Files;

/// <summary>Tells whether some process has a file open for writing.</summary>
internal static class WriterCheck
{
    /// <summary>Never through a link, and without waiting for whoever may be at the other end of a pipe.</summary>
    private static int Opening => Libc.Flags.ReadOnly | Libc.Flags.NoFollow | Libc.Flags.NonBlocking | Libc.Flags.CloseOnExec;

    /// <summary>
    /// Linux: the kernel grants a read lease only on a file that nobody has open for writing, of whatever process or user
    /// (fcntl(2), F_SETLEASE). Windows: an opening that shares with readers alone.
    /// </summary>
    /// <returns>Null when the system does not tell: another user's file, a file system without leases, another system.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    internal static bool? IsOpenForWriting(string path)
    {
        if (OperatingSystem.IsWindows())
            return IsSharedForWriting(path);
        if (!OperatingSystem.IsLinux())
            return null;
        var descriptor = Libc.Open(path, Opening, 0);
        return descriptor < 0 && Marshal.GetLastPInvokeError() == Libc.NoEntry
            ? throw new FileNotFoundException($"{path}: there is no such file.", path)
            : IsOpenForWriting(descriptor);
    }

    /// <summary>The same on Linux, of a file in an open folder; false too when it is gone.</summary>
    /// <param name="folder">The folder's descriptor.</param>
    /// <param name="name">The file's name, with a zero behind it.</param>
    internal static unsafe bool? IsOpenForWriting(int folder, byte* name)
    {
        var descriptor = Libc.OpenAt(folder, name, Opening);
        return descriptor < 0 && Marshal.GetLastPInvokeError() == Libc.NoEntry ? false : IsOpenForWriting(descriptor);
    }

    private static bool? IsOpenForWriting(int descriptor)
    {
        if (descriptor < 0)
            return null;
        try
        {
            return Libc.TryLease(descriptor);
        }
        finally
        {
            // The lease goes with it.
            _ = Libc.Close(descriptor);
        }
    }

    private static bool? IsSharedForWriting(string path)
    {
        try
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            return false;
        }
        catch (FileNotFoundException)
        {
            throw;
        }
        catch (IOException)
        {
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }
}
