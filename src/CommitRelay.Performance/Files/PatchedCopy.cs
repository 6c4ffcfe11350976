using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Files;

/// <summary>
/// Copies a file while parts of it are left out or written anew, in one buffer: source bytes are read into the place they are written from.
/// The caller goes through the source in order.
/// </summary>
internal sealed class PatchedCopy(SafeFileHandle source, SafeFileHandle output, CancellationToken cancellationToken) : IDisposable
{
    private const int BufferBytes = 256 * 1024;
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private readonly ReadWindow _gaps = new(source);
    private readonly ReadWindow _ranges = new(source);
    private int _filled;

    /// <summary>How far the source has been copied or passed over.</summary>
    internal long Position { get; private set; }

    /// <summary>How many bytes the new file has so far.</summary>
    internal long Written { get; private set; }

    /// <summary>Copies with all patches, which are in order and do not overlap.</summary>
    internal static void Write(FileSnapshot source, SafeFileHandle output, IEnumerable<FilePatch> patches, CancellationToken cancellationToken)
    {
        using var copy = new PatchedCopy(source.Handle, output, cancellationToken);
        foreach (var patch in patches)
            copy.Apply(patch);
        copy.CopyTo(source.Identity.Length);
        copy.Flush();
    }

    internal void Apply(in FilePatch patch)
    {
        CopyTo(patch.Offset);
        Add(patch.Bytes.Span);
        PassOver(patch.Length);
    }

    /// <summary>Copies the source up to a position.</summary>
    /// <exception cref="EndOfStreamException">The source was cut off meanwhile.</exception>
    internal void CopyTo(long position)
    {
        if (position > Position)
            Copy(_gaps, Position, position - Position);
        Position = Math.Max(Position, position);
    }

    /// <summary>Copies a range from anywhere in the source; the position stays.</summary>
    internal void CopyRange(long offset, long length) => Copy(_ranges, offset, length);

    private void Copy(ReadWindow window, long offset, long length)
    {
        for (var end = offset + length; offset < end;)
        {
            if (_filled == BufferBytes)
                WriteOut();
            var read = window.Read(offset, _buffer.AsSpan(_filled, (int)Math.Min(end - offset, BufferBytes - _filled)));
            if (read == 0)
                throw new EndOfStreamException($"The file ended at byte {offset} while it was copied; another process is rewriting it in place.");
            _filled += read;
            offset += read;
        }
    }

    /// <summary>Writes new bytes.</summary>
    internal void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_filled == BufferBytes)
                WriteOut();
            var part = Math.Min(bytes.Length, BufferBytes - _filled);
            bytes[..part].CopyTo(_buffer.AsSpan(_filled));
            _filled += part;
            bytes = bytes[part..];
        }
    }

    /// <summary>Leaves out a range of the source; what lies before it is copied.</summary>
    internal void Leave(long from, long to)
    {
        CopyTo(from);
        Position = Math.Max(Position, to);
    }

    /// <summary>Leaves out the next bytes of the source.</summary>
    internal void PassOver(long length) => Position += length;

    /// <summary>Writes what is still in the buffer.</summary>
    internal void Flush()
    {
        if (_filled > 0)
            WriteOut();
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _gaps.Dispose();
        _ranges.Dispose();
    }

    private void WriteOut()
    {
        cancellationToken.ThrowIfCancellationRequested();
        FaultPoint.Pass("write draft");
        RandomAccess.Write(output, _buffer.AsSpan(0, _filled), Written);
        Written += _filled;
        _filled = 0;
    }
}
