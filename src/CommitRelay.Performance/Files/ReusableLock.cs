using System.Runtime.InteropServices;
using System.Text;
using CommitRelay.Performance.Files.Unix;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Files;

/// <summary>
/// The lock of <see cref="FileLock"/> for one who takes it many times a second: the lock file stays open, and only flock(2) is called.
/// It also tells whether the last holder left or died: a holder's name stands in the lock file for as long as it works.
/// </summary>
/// <remarks>Not thread-safe: one thread enters and exits. Blocks while another process holds the lock.</remarks>
internal sealed class ReusableLock(string path) : IDisposable
{
    private readonly string _path = path + ".lock";
    private readonly byte[] _holder = Encoding.UTF8.GetBytes($"{Environment.ProcessId} {Environment.MachineName}\n");
    private SafeFileHandle? _handle;
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
            _handle ??= Open();
            Lock(_handle);
            if (IsStillAt(_path, _handle))
                break;

            // Somebody removed the lock file; others lock a new one.
            Close();
        }

        Span<byte> mark = stackalloc byte[1];
        var leftCleanly = RandomAccess.Read(_handle, mark, 0) == 0 || mark[0] == (byte)'\n';
        Mark(_holder);
        return leftCleanly;
    }

    /// <summary>Lets go.</summary>
    public void Exit()
    {
        _windows?.Dispose();
        _windows = null;
        if (_handle is null)
            return;
        Mark("\n"u8);
        _ = Libc.Flock(_handle, Libc.LockRelease);
    }

    public void Dispose() => Close();

    private void Close()
    {
        _handle?.Dispose();
        _handle = null;
    }

    private SafeFileHandle Open()
    {
        var descriptor = Libc.Open(_path, Libc.Flags.ReadWrite | Libc.Flags.Create | Libc.Flags.CloseOnExec, 0b110_110_110);
        return descriptor < 0 ? throw Libc.LastError("open", _path) : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    private void Lock(SafeFileHandle handle)
    {
        while (Libc.Flock(handle, Libc.LockExclusive) != 0)
        {
            if (Marshal.GetLastPInvokeError() != Libc.Interrupted)
                throw Libc.LastError("flock", _path);
        }
    }

    private static bool IsStillAt(string path, SafeFileHandle handle)
        => FileState.TryOf(path) is { } there && there.IsSameFile(FileState.Of(handle, path));

    private void Mark(ReadOnlySpan<byte> text)
    {
        try
        {
            RandomAccess.Write(_handle!, text, 0);
        }
        catch (IOException)
        {
            // Only the mark of a death in between is lost; a full disk must not keep anyone from the lock.
        }
    }
}
