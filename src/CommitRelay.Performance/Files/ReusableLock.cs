using CommitRelay.Performance.Files.Unix;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Files;

/// <summary>
/// The lock of <see cref="FileLock"/> for one who takes it many times a second: the lock file stays open, and only flock(2) is called.
/// It also tells whether the last holder left or died.
/// </summary>
/// <remarks>Not thread-safe: one thread enters and exits. Blocks while another process holds the lock.</remarks>
internal sealed class ReusableLock(string path) : IDisposable
{
    private readonly string _lockPath = LockFile.For(path);
    private SafeFileHandle? _handle;
    private FileState _opened;
    private FileLock? _windows;

    /// <summary>Waits for the lock and takes it.</summary>
    /// <returns>False when the last holder may have died at work, so that its traces should be looked for.</returns>
    /// <exception cref="IOException">The lock file cannot be opened or locked.</exception>
    public bool Enter()
    {
        if (OperatingSystem.IsWindows())
        {
            while ((_windows = FileLock.TryAcquire(path)) is null)
                Thread.Sleep(1);
            return true;
        }

        while (true)
        {
            if (_handle is null)
            {
                _handle = LockFile.Open(_lockPath);
                _opened = FileState.Of(_handle, _lockPath);
            }

            LockFile.TryLock(_handle, _lockPath, wait: true);
            if (LockFile.IsStillAt(_lockPath, _opened))
                break;
            Dispose();
        }

        LockFile.TryName(_handle, out var predecessorDied);
        return !predecessorDied;
    }

    /// <summary>Lets go.</summary>
    public void Exit()
    {
        _windows?.Dispose();
        _windows = null;
        if (_handle is null)
            return;
        LockFile.Unname(_handle);
        _ = Libc.Flock(_handle, Libc.LockRelease);
    }

    public void Dispose()
    {
        _handle?.Dispose();
        _handle = null;
    }
}
