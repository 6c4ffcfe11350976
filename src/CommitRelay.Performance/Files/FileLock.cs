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
    private const int FirstPauseMilliseconds = 1;
    private const int LongestPauseMilliseconds = 32;
    private readonly SafeFileHandle _handle;
    private readonly bool _named;

    private FileLock(string path, SafeFileHandle handle)
    {
        FilePath = path;
        _handle = handle;
        _named = LockFile.TryName(handle, out var predecessorDied);
        PredecessorDied = predecessorDied;
    }

    /// <summary>The full path of the file that the lock protects.</summary>
    internal string FilePath { get; }

    /// <summary>The lock file's full path.</summary>
    public string LockPath => LockFile.For(FilePath);

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
        var lockPath = LockFile.For(fullPath);
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
            LockFile.Unname(_handle);

        // Closing alone would leave it locked while a child process that another thread starts has a copy of the handle, from its fork to its exec.
        if (!_handle.IsClosed && !OperatingSystem.IsWindows())
            _ = Libc.Flock(_handle, Libc.LockRelease);
        _handle.Dispose();
    }

    /// <summary>What the predecessor left has been cleared away. Until then a name stays in the lock file for the next holder to see.</summary>
    internal void ForgetPredecessor() => PredecessorDied = false;

    private static SafeFileHandle? TryFlock(string lockPath)
    {
        var handle = LockFile.Open(lockPath);
        try
        {
            if (LockFile.TryLock(handle, lockPath, wait: false) && LockFile.IsStillAt(lockPath, FileState.Of(handle, lockPath)))
                return handle;
        }
        catch
        {
            handle.Dispose();
            throw;
        }

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
}
