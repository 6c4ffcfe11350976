using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Files;

/// <summary>
/// Reads pieces of a file that mostly follow one another with gaps: many small ones from one larger read, long or distant ones directly,
/// so that neither a system call a piece nor reading far too much is paid.
/// </summary>
internal sealed class ReadWindow(SafeFileHandle source) : IDisposable
{
    private const int WindowBytes = 256 * 1024;
    private const int Near = 32 * 1024;
    private byte[]? _window;
    private long _start;
    private int _length;
    private long _lastEnd = -1;

    /// <returns>How many bytes were read; 0 at the end of the file.</returns>
    internal int Read(long offset, Span<byte> destination)
    {
        var ahead = offset - _lastEnd;
        _lastEnd = offset + destination.Length;
        if (offset >= _start && _lastEnd <= _start + _length)
        {
            _window.AsSpan((int)(offset - _start), destination.Length).CopyTo(destination);
            return destination.Length;
        }

        if (destination.Length > Near || ahead is < 0 or > Near)
            return RandomAccess.Read(source, destination, offset);
        _window ??= ArrayPool<byte>.Shared.Rent(WindowBytes);
        _start = offset;
        _length = RandomAccess.Read(source, _window.AsSpan(0, WindowBytes), offset);
        var length = Math.Min(_length, destination.Length);
        _window.AsSpan(0, length).CopyTo(destination);
        _lastEnd = offset + length;
        return length;
    }

    public void Dispose()
    {
        if (_window is not null)
            ArrayPool<byte>.Shared.Return(_window);
    }
}
