namespace CommitRelay.Performance.Tests.Queues;

/// <summary>Gives its bytes in portions of given sizes, without seeking: a pipe at its worst.</summary>
public sealed class DripStream(byte[] bytes, params int[] portions) : Stream
{
    private int _at;
    private int _reads;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var portion = Math.Min(Math.Min(count, portions[_reads++ % portions.Length]), bytes.Length - _at);
        bytes.AsSpan(_at, portion).CopyTo(buffer.AsSpan(offset));
        _at += portion;
        return portion;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var portion = Math.Min(Math.Min(buffer.Length, portions[_reads++ % portions.Length]), bytes.Length - _at);
        bytes.AsSpan(_at, portion).CopyTo(buffer.Span);
        _at += portion;
        return new ValueTask<int>(portion);
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
