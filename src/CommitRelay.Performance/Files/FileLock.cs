using System.Runtime.InteropServices;
using System.Text;
using CommitRelay.Performance.Files.Unix;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Files;

/// <summary>
/// An exclusive lock between processes on the file <c>&lt;path&gt;.lock</c>: flock(2) on Unix, so that a shell can join it
/// (<c>flock task-queue.json.lock sh -c '…'</c>), an exclusive open on Windows. It dies with its holder.
/// The lock file names its holder while it is held, and stays behind: removing it would let two holders in.
/// </summary>
/// <remarks>Advisory: only those who take it are kept out. Local file systems only; over NFS or SMB it may not exclude other machines.
/// Thread-safe; each acquisition excludes all others, in this process too. Not reentrant.</remarks>
public sealed class FileLock : IDisposable
{
    private const string Suffix = ".lock";
    private const int FirstPauseMilliseconds = 1;
    private const int LongestPauseMilliseconds = 32;
    private readonly SafeFileHandle _handle;
    private readonly bool _named;

    private FileLock(string path, SafeFileHandle handle)
    {
        FilePath = path;
        _handle = handle;
        PredecessorDied = HoldsName(handle);
        _named = NameHolder(handle);
    }

    /// <summary>The full path of the file that the lock protects.</summary>
    internal string FilePath { get; }

    /// <summary>The lock file's full path.</summary>
    public string LockPath => FilePath + Suffix;

    /// <summary>Whether the last holder never let go: its name still stands in the lock file. What it was doing may lie half-done beside the file.</summary>
    internal bool PredecessorDied { get; private set; }

    /// <summary>Takes the lock of a file if nobody holds it.</summary>
    /// <param name="path">The file to protect; the lock lies beside it. The file need not exist, its folder must.</param>
    /// <returns>The lock, or null when another holds it.</returns>
    /// <exception cref="IOException">The lock file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The lock file may not be opened.</exception>
    public static FileLock? TryAcquire(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var fullPath = Path.GetFullPath(path);
        var lockPath = fullPath + Suffix;
        var handle = OperatingSystem.IsWindows() ? TryOpenExclusive(lockPath) : TryFlock(lockPath);
        return handle is null ? null : new FileLock(fullPath, handle);
    }

    /// <summary>Takes the lock of a file, waiting until its holder lets go.</summary>
    /// <param name="path">The file to protect; the lock lies beside it.</param>
    /// <param name="time">The clock of the pauses between attempts (1 ms, doubling to 32 ms); null for the system's.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The lock; dispose it to let go.</returns>
    /// <exception cref="IOException">The lock file cannot be opened.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public static async ValueTask<FileLock> AcquireAsync(string path, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        var pause = FirstPauseMilliseconds;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryAcquire(path) is { } taken)
                return taken;
            await Task.Delay(TimeSpan.FromMilliseconds(pause), time ?? TimeProvider.System, cancellationToken).ConfigureAwait(false);
            pause = Math.Min(pause * 2, LongestPauseMilliseconds);
        }
    }

    /// <summary>Lets go. Another waiter may enter at once.</summary>
    public void Dispose()
    {
        if (!_handle.IsClosed && _named && !PredecessorDied)
            Unname(_handle);
        _handle.Dispose();
    }

    /// <summary>What the predecessor left has been cleared away. Until then a name stays in the lock file for the next holder to see.</summary>
    internal void ForgetPredecessor() => PredecessorDied = false;

    private static SafeFileHandle? TryFlock(string lockPath)
    {
        // Not File.OpenHandle: with FileShare.None it would take the lock itself but report "in use" as a plain IOException.
        var descriptor = Libc.Open(lockPath, Libc.Flags.ReadWrite | Libc.Flags.Create | Libc.Flags.CloseOnExec, 0b110_110_110);
        if (descriptor < 0)
            throw Libc.LastError("open", lockPath);
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        while (Libc.Flock(handle, Libc.LockExclusive | Libc.LockNonBlocking) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            if (errno == Libc.Interrupted)
                continue;
            handle.Dispose();
            return errno is Libc.WouldBlockLinux or Libc.WouldBlockMac
                ? null
                : throw new IOException($"{lockPath}: flock failed: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})", errno);
        }

        // Somebody may have removed the lock file between opening and locking; others lock a new one then.
        if (FileState.TryOf(lockPath) is { } there && there.IsSameFile(FileState.Of(handle, lockPath)))
            return handle;
        handle.Dispose();
        return null;
    }

    private static SafeFileHandle? TryOpenExclusive(string lockPath)
    {
        const int sharingViolation = unchecked((int)0x80070020);
        try
        {
            return File.OpenHandle(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult == sharingViolation)
        {
            return null;
        }
    }

    private static bool NameHolder(SafeFileHandle handle)
    {
        var name = Encoding.UTF8.GetBytes($"{Environment.ProcessId} {Environment.MachineName}\n");
        try
        {
            // What a longer name left behind the line feed is cut off; cutting at each turn would make some file systems write at each turn.
            RandomAccess.Write(handle, name, 0);
            if (RandomAccess.GetLength(handle) > name.Length)
                RandomAccess.SetLength(handle, name.Length);
            return true;
        }
        catch (IOException)
        {
            // The name is a help to people; a full disk must not keep anyone from the lock.
            return false;
        }
    }

    private static bool HoldsName(SafeFileHandle handle)
    {
        // A line feed in the first place says that the last holder let go; ReusableLock writes the same.
        Span<byte> first = stackalloc byte[1];
        return RandomAccess.Read(handle, first, 0) == 1 && first[0] != (byte)'\n';
    }

    private static void Unname(SafeFileHandle handle)
    {
        try
        {
            RandomAccess.Write(handle, "\n"u8, 0);
        }
        catch (IOException)
        {
            // The next holder will look for leftovers and find none.
        }
    }
}
