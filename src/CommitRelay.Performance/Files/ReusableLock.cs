using System.Text;
using CommitRelay.Performance.Files.Unix;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Files;

/// <summary>
/// The lock of <see cref="FileLock"/> for one who takes it many times a second: the lock file stays open, and its holder's record stays in it
/// until another signs. So nothing is written while nobody else does; whether a holder died at work, its record is there to ask.
/// </summary>
/// <remarks>Not thread-safe: one thread enters and exits. Blocks while another process holds the lock.</remarks>
internal sealed class ReusableLock(string path, string holder) : IDisposable
{
    private const int MostRecordBytes = 256;

    private readonly string _lockPath = LockFile.For(path);

    // The line feed in front is what one leaves who let go of a FileLock, so that it sees no death here.
    private readonly byte[] _record = Encoding.UTF8.GetBytes($"\n{holder}\n");
    private SafeFileHandle? _handle;
    private FileState _opened;
    private FileLock? _windows;
    private int _found;
    private bool _isSigned;

    /// <summary>
    /// Waits for the lock and takes it: that of the lock file as it was opened. Whether it is still the one that others open, and who held it last,
    /// is told by <see cref="LastHolder"/>; who sees by the file and by <see cref="IsSignatureStanding"/> that nobody has been at work since need not ask.
    /// </summary>
    /// <exception cref="IOException">The lock file cannot be opened or locked.</exception>
    public void Enter()
    {
        if (OperatingSystem.IsWindows())
        {
            while ((_windows = FileLock.TryAcquire(path)) is null)
                Thread.Sleep(1);
            return;
        }

        if (_handle is null)
        {
            _handle = LockFile.Open(_lockPath);
            _opened = FileState.Of(_handle, _lockPath);
        }

        LockFile.TryLock(_handle, _lockPath, wait: true);
    }

    /// <summary>Looks who signed last, in the lock file that lies at its path now; when that is another, the lock is let go and that one taken.</summary>
    /// <returns>Null when it was this holder; else what the last one signed with.</returns>
    /// <exception cref="IOException">The lock file cannot be opened, locked or read.</exception>
    public string? LastHolder()
    {
        if (_handle is null)
            return null;
        while (!LockFile.IsStillAt(_lockPath, _opened))
        {
            Dispose();
            Enter();
        }

        Span<byte> found = stackalloc byte[MostRecordBytes];
        _found = RandomAccess.Read(_handle, found, 0);
        _isSigned = found[.._found].SequenceEqual(_record);
        return _isSigned ? null : Encoding.UTF8.GetString(found[.._found]).Trim('\n');
    }

    /// <summary>Whether nobody has signed the lock file that is open since this holder did: one read.</summary>
    public bool IsSignatureStanding()
    {
        if (_handle is null)
            return true;
        Span<byte> found = stackalloc byte[MostRecordBytes];
        return found[..SharedFile.Read(_handle, found, 0)].SequenceEqual(_record);
    }

    /// <summary>Says that this holder is at work. Where that cannot be written, the next holder asks after the one before.</summary>
    public void Sign()
    {
        if (_isSigned || _handle is null)
            return;
        _isSigned = LockFile.TryWrite(_handle, _record);
        if (_isSigned && _found > _record.Length)
            RandomAccess.SetLength(_handle, _record.Length);
    }

    /// <summary>Lets go.</summary>
    public void Exit()
    {
        _windows?.Dispose();
        _windows = null;
        if (_handle is not null)
            _ = Libc.Flock(_handle, Libc.LockRelease);
    }

    public void Dispose()
    {
        _handle?.Dispose();
        _handle = null;
    }
}
