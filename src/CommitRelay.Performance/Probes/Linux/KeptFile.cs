using System.Runtime.InteropServices;
using CommitRelay.Performance.Files.Unix;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Probes.Linux;

/// <summary>
/// A small file of /proc or /sys that stays open and is read from its start each time: one system call a look and nothing allocated.
/// One that is missing, or fails, is tried again at the next look, after a few in vain at every 32nd; <see cref="Trouble"/> says what was wrong.
/// </summary>
internal sealed class KeptFile(string path) : IDisposable
{
    private const int EagerTries = 4;
    private const int LooksBetweenTries = 32;

    private readonly Dictionary<string, string> _reasons = new(StringComparer.Ordinal);
    private SafeFileHandle? _handle;
    private int _errno;
    private int _failures;
    private int _looksToSkip;
    private string _trouble = $"{path}: never read";

    internal string Path => path;

    /// <summary>Why the last read gave nothing.</summary>
    internal string Trouble => _trouble;

    /// <summary>The whole text; empty when it could not be read.</summary>
    internal ReadOnlySpan<byte> Read(TextBuffer buffer)
    {
        if (_handle is null && !TryOpen())
            return default;
        while (true)
        {
            var count = ReadOnce(buffer.Bytes);
            if (count < 0)
            {
                Fail("read");
                Close();
                return default;
            }

            // A full buffer may have cut the text.
            if (count < buffer.Bytes.Length || !buffer.TryGrow())
                return buffer.Bytes.AsSpan(0, (int)count);
        }
    }

    /// <summary>The reason of a reading whose line or field the text lacks; also the trouble, when there was no text.</summary>
    internal string Without(string what, bool read)
    {
        if (!read)
            return _trouble;
        if (!_reasons.TryGetValue(what, out var reason))
            _reasons[what] = reason = $"{path}: no readable {what}";
        return reason;
    }

    public void Dispose() => Close();

    private unsafe nint ReadOnce(byte[] buffer)
    {
        fixed (byte* bytes = buffer)
            return LinuxCalls.PRead(_handle!, bytes, buffer.Length, 0);
    }

    private bool TryOpen()
    {
        // A root control group never has limit files, and opening what is not there costs as much as reading what is.
        if (_looksToSkip > 0)
        {
            _looksToSkip--;
            return false;
        }

        var descriptor = Libc.Open(path, Libc.Flags.ReadOnly | Libc.Flags.NonBlocking | Libc.Flags.CloseOnExec, 0);
        if (descriptor < 0)
        {
            Fail("open");
            _looksToSkip = ++_failures < EagerTries ? 0 : LooksBetweenTries - 1;
            return false;
        }

        _failures = 0;

        _handle = new SafeFileHandle(descriptor, ownsHandle: true);
        _errno = 0;
        return true;
    }

    private void Fail(string call)
    {
        var errno = Marshal.GetLastPInvokeError();
        if (errno == _errno)
            return;
        _errno = errno;
        _trouble = $"{path}: {call} failed: {Marshal.GetPInvokeErrorMessage(errno)}";
    }

    private void Close()
    {
        _handle?.Dispose();
        _handle = null;
    }
}
