using System.Runtime.InteropServices;

namespace CommitRelay.Performance.Tool;

/// <summary>Whoever read standard output has closed it, as <c>head</c> does when it has enough.</summary>
internal sealed class OutputClosedException() : IOException("Standard output was closed.");

/// <summary>
/// Standard output. .NET's own stream goes on silently when its reader has closed the pipe, so that a command would read a large queue to its end
/// for nothing, and <c>queue watch | head</c> would never end; this one says so. All other faults are those of .NET's stream.
/// </summary>
internal sealed partial class StandardOutput : Stream
{
    private const int BrokenPipe = 32;
    private readonly Stream? _standard = StandardDescriptors.IsInherited(StandardDescriptors.Out) ? Console.OpenStandardOutput() : null;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_standard is null)
            throw new IOException("It is closed.");
        while (!OperatingSystem.IsWindows() && !buffer.IsEmpty)
        {
            var written = WriteTo(StandardDescriptors.Out, buffer, (nuint)buffer.Length);
            if (written < 0)
            {
                if (Marshal.GetLastPInvokeError() == BrokenPipe)
                    throw new OutputClosedException();
                break;
            }

            buffer = buffer[(int)written..];
        }

        // An interrupted call, a full or missing file, an output that would block: .NET's stream knows what to do.
        if (!buffer.IsEmpty)
            _standard.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => _standard?.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteTo(int descriptor, ReadOnlySpan<byte> bytes, nuint count);
}
