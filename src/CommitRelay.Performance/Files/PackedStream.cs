using System.IO.Compression;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Files;

/// <summary>The text of a gzip file, as far as it is whole: where the file is damaged, cut short, or goes on with something else, it ends, and says so.</summary>
internal sealed class PackedStream : Stream
{
    private readonly PackedFile _file;
    private readonly GZipStream _text;

    /// <param name="packed">The gzip file, read from its start; closed with this.</param>
    public PackedStream(SafeFileHandle packed)
    {
        _file = new PackedFile(packed);
        _text = new GZipStream(_file, CompressionMode.Decompress);
    }

    /// <summary>Whether the text ended at damage.</summary>
    public bool IsDamaged { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (IsDamaged || buffer.IsEmpty)
            return 0;
        try
        {
            var read = _text.Read(buffer);
            IsDamaged = read > 0 ? _file.IsPastEnd : _file.HasRest;
            return IsDamaged ? 0 : read;
        }
        catch (InvalidDataException)
        {
            IsDamaged = true;
            return 0;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        => cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<int>(cancellationToken) : new(Read(buffer.Span));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _text.Dispose();
        base.Dispose(disposing);
    }
}
