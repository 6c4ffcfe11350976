using System.IO.Compression;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Queues;

/// <summary>
/// An opened source. Files and memory are read synchronously: from the page cache that is far cheaper than a detour over the thread pool,
/// which is all that asynchronous file reads are on Unix.
/// </summary>
internal sealed class QueueInput : IDisposable
{
    private readonly Stream _stream;
    private readonly bool _owned;
    private readonly SafeFileHandle? _handle;
    private readonly long _start;
    private readonly (long Length, DateTime Written) _stateAtOpen;

    public QueueInput(Stream stream, string name, bool owned, SafeFileHandle? handle = null)
    {
        _stream = stream;
        Name = name;
        _owned = owned;
        _handle = handle;
        _start = stream.CanSeek ? stream.Position : 0;
        if (handle is not null)
            _stateAtOpen = State(handle);
    }

    public string Name { get; }

    public bool IsSynchronous => _handle is not null || _stream is SequenceStream or MemoryStream;

    /// <summary>Whether the place of a fault can be found by reading again, so that no lines need be counted while reading.</summary>
    public bool CanReadAgain => _stream.CanSeek;

    public static QueueInput OfFile(string path)
    {
        var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Open,
            Access = FileAccess.Read,
            Share = FileShare.ReadWrite | FileShare.Delete,
            Options = FileOptions.SequentialScan,
            BufferSize = 0,
        });
        var packed = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        return new QueueInput(packed ? new GZipStream(file, CompressionMode.Decompress) : file, path, owned: true, file.SafeFileHandle);
    }

    public int Read(Memory<byte> buffer) => _stream.Read(buffer.Span);

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) => _stream.ReadAsync(buffer, cancellationToken);

    /// <summary>Whether the opened file was truncated, appended to or written over since. A file put in its place does not count.</summary>
    public bool WasChanged => _handle is not null && State(_handle) != _stateAtOpen;

    /// <summary>Line and column (1-based) of an offset, by reading again from the start. (0, 0) when that is not possible.</summary>
    public (long Line, long Column) Locate(long offset)
    {
        if (!CanReadAgain)
            return (0, 0);
        var resume = _stream.Position;
        try
        {
            _stream.Position = _start;
            var lines = new LineCounter();
            var buffer = new byte[64 * 1024];
            for (var left = offset; left > 0;)
            {
                var read = _stream.Read(buffer, 0, (int)Math.Min(buffer.Length, left));
                if (read == 0)
                    break;
                lines.Count(buffer.AsSpan(0, read));
                left -= read;
            }

            return lines.At(offset);
        }
        catch (IOException)
        {
            return (0, 0);
        }
        finally
        {
            _stream.Position = resume;
        }
    }

    public void Dispose()
    {
        if (_owned)
            _stream.Dispose();
    }

    private static (long Length, DateTime Written) State(SafeFileHandle handle) => (RandomAccess.GetLength(handle), File.GetLastWriteTimeUtc(handle));
}
