using System.Runtime.InteropServices;
using System.Text;
using CommitRelay.Performance.Files.Unix;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Files;

/// <summary>
/// The file beside a file that <see cref="FileLock"/> and <see cref="ReusableLock"/> lock. A name in it is that of the <see cref="FileLock"/>'s
/// holder, or of one who died at work; a line feed in the first place says that the last holder let go.
/// </summary>
internal static class LockFile
{
    private static readonly byte[] Holder = Encoding.UTF8.GetBytes($"{Environment.ProcessId} {Environment.MachineName}\n");

    /// <summary>Where the lock of a file lies.</summary>
    internal static string For(string path) => path + ".lock";

    /// <summary>Opens or creates a lock file for flock(2). Not File.OpenHandle: with FileShare.None it would take the lock itself but report "in use" as a plain IOException.</summary>
    /// <remarks>A holder writes its name into it: whoever else may write in the folder must not lead that into some other file by a link.</remarks>
    /// <exception cref="IOException">It cannot be opened, or is a link, pipe, socket or device.</exception>
    internal static SafeFileHandle Open(string lockPath)
    {
        var flags = Libc.Flags.NoFollow | Libc.Flags.NonBlocking | Libc.Flags.CloseOnExec;
        var descriptor = Libc.OpenUnstamped(lockPath, flags | Libc.Flags.ReadWrite | Libc.Flags.Create, 0b110_110_110);

        // Another user may have made it so that only he writes in it. It can be locked all the same, without a name in it.
        if (descriptor < 0 && Marshal.GetLastPInvokeError() == Libc.AccessDenied)
            descriptor = Libc.OpenUnstamped(lockPath, flags | Libc.Flags.ReadOnly, 0);
        if (descriptor < 0)
        {
            var fault = Libc.LastError("open", lockPath);
            throw new FileInfo(lockPath).LinkTarget is null ? fault : new IOException($"{lockPath}: this is a link, where a lock file is expected", fault);
        }

        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (!Libc.TryStat(handle, out var state) || !state.IsSpecial)
            return handle;
        handle.Dispose();
        throw FileState.Special(lockPath);
    }

    /// <summary>Locks an open lock file; false when another holds it and there is no waiting.</summary>
    internal static bool TryLock(SafeFileHandle handle, string lockPath, bool wait)
    {
        while (Libc.Flock(handle, wait ? Libc.LockExclusive : Libc.LockExclusive | Libc.LockNonBlocking) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            if (errno is Libc.WouldBlockLinux or Libc.WouldBlockMac)
                return false;
            if (errno != Libc.Interrupted)
                throw Libc.LastError("flock", lockPath);
        }

        return true;
    }

    /// <summary>False when somebody removed the lock file before it was locked: others lock a new one then.</summary>
    internal static bool IsStillAt(string lockPath, in FileState opened) => FileState.TryOf(lockPath) is { } there && there.IsSameFile(opened);

    /// <summary>Writes this process's name, as a help to people and as the mark of a death.</summary>
    /// <param name="handle">The lock file, locked.</param>
    /// <param name="predecessorDied">Whether the last holder never let go.</param>
    /// <returns>False when the name could not be written.</returns>
    internal static bool TryName(SafeFileHandle handle, out bool predecessorDied)
    {
        Span<byte> found = stackalloc byte[Holder.Length + 1];
        var length = RandomAccess.Read(handle, found, 0);
        predecessorDied = length > 0 && found[0] != (byte)'\n';
        if (!TryWrite(handle, Holder))
            return false;

        // What a longer name left behind the line feed is cut off; cutting at each turn would make some file systems write at each turn.
        if (length > Holder.Length)
            RandomAccess.SetLength(handle, Holder.Length);
        return true;
    }

    /// <summary>Says that the holder lets go. When it cannot be written, the next holder looks for leftovers and finds none.</summary>
    internal static void Unname(SafeFileHandle handle) => TryWrite(handle, "\n"u8);

    /// <summary>Writes at the start of the lock file; false when there is no room for it, or another user's file may not be written.</summary>
    internal static bool TryWrite(SafeFileHandle handle, ReadOnlySpan<byte> text)
    {
        try
        {
            RandomAccess.Write(handle, text, 0);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk must not keep anyone from the lock.
            return false;
        }
    }
}
