using CommitRelay.Performance.Files;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Queues;

/// <summary>
/// An opened source. Files and memory are read synchronously: from the page cache that is far cheaper than a detour over the thread pool,
/// which is all that asynchronous file reads are on Unix.
/// </summary>
internal sealed class QueueInput : IDisposable
{
    private readonly SafeFileHandle? _file;
    private readonly FileState _stateAtOpen;
    private readonly PackedStream? _packed;
    private readonly Stream? _stream;
    private readonly bool _owned;
    private readonly long _start;
    private long _position;

    /// <summary>What <see cref="Locate"/> has counted: faults come in the order of the text, and there may be many.</summary>
    private LineCounter _located;

    /// <summary>Reads a stream from where it stands.</summary>
    public QueueInput(Stream stream, string name, bool owned)
    {
        _stream = stream;
        _owned = owned;
        Name = name;
        _start = stream.CanSeek ? stream.Position : 0;
    }

    private QueueInput(SafeFileHandle file, in FileState state, PackedStream? packed, string path, bool owned)
    {
        _file = file;
        _packed = packed;
        _stream = packed;
        _owned = owned;
        Name = path;
        _stateAtOpen = state;
    }

    public string Name { get; }

    public bool IsSynchronous => _file is not null || _stream is SequenceStream or MemoryStream;

    /// <summary>Whether the place of a fault can be found by reading again, so that no lines need be counted while reading.</summary>
    public bool CanReadAgain => _stream?.CanSeek ?? true;

    /// <summary>Why what was read may not be what was written, in words; null when there is no reason.</summary>
    public string? Doubt
        => _packed is { IsDamaged: true } ? "the packed file is damaged or cut short there"
        : WasChanged() ? "the file was changed in place while it was read"
        : null;

    public static QueueInput OfFile(string path)
    {
        var file = SharedFile.OpenRead(path, out var state);
        var packed = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        return new QueueInput(file, state, packed ? new PackedStream(file) : null, path, owned: true);
    }

    /// <summary>Reads an opened file from its start; it stays open.</summary>
    public static QueueInput OfHandle(SafeFileHandle file, string path) => new(file, FileState.Of(file, path), null, path, owned: false);

    /// <summary>The length of a file of which any part can be read, as it was when it was opened; 0 of anything else.</summary>
    public long DivisibleLength => _file is not null && _stream is null ? _stateAtOpen.Length : 0;

    /// <summary>The same opened file, read independently of this.</summary>
    public QueueInput Again() => OfHandle(_file!, Name);

    public int Read(Memory<byte> buffer)
    {
        if (_stream is not null)
            return _stream.Read(buffer.Span);

        // Its end is known, so it need not be read. A length of 0 says nothing: files of the kernel have content all the same.
        if (_position >= _stateAtOpen.Length && _stateAtOpen.Length > 0)
            return 0;
        var read = SharedFile.Read(_file!, buffer.Span, _position);
        _position += read;
        return read;
    }

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) => _stream!.ReadAsync(buffer, cancellationToken);

    /// <summary>Line and column (1-based) of an offset, by reading again from the start or from the last one asked for.</summary>
    public (long Line, long Column) Locate(long offset)
    {
        if (offset < _located.Seen)
            _located = default;
        var resume = _stream?.Position ?? _position;
        MoveTo(_start + _located.Seen);
        var buffer = new byte[(int)Math.Min(64 * 1024, offset - _located.Seen)];
        while (_located.Seen < offset)
        {
            var read = Read(buffer.AsMemory(0, (int)Math.Min(buffer.Length, offset - _located.Seen)));
            if (read == 0)
                break;
            _located.Count(buffer.AsSpan(0, read));
        }

        MoveTo(resume);
        return _located.At(offset);
    }

    public void Dispose()
    {
        if (!_owned)
            return;
        _stream?.Dispose();
        _file?.Dispose();
    }

    /// <summary>Reads on from another place.</summary>
    public void MoveTo(long position)
    {
        if (_stream is not null)
            _stream.Position = position;
        else
            _position = position;
    }

    /// <summary>Whether the opened file was truncated, appended to or written over since. A file put in its place does not count.</summary>
    private bool WasChanged()
    {
        if (_file is null)
            return false;
        var now = FileState.Of(_file, Name);
        return (now.Length, now.WrittenUtc) != (_stateAtOpen.Length, _stateAtOpen.WrittenUtc);
    }
}
