using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;

namespace CommitRelay.Performance.Queues;

/// <summary>Where a queue is read from. A path or a stream can stand in its place.</summary>
public readonly struct QueueSource
{
    private readonly object? _source;
    private readonly string? _name;

    private QueueSource(object source, string name)
    {
        _source = source;
        _name = name;
    }

    /// <summary>The file's path, or the name given to a stream; errors carry it.</summary>
    public string Name => _name ?? throw new InvalidOperationException("The source is empty: make it from a path, a stream, a pipe or memory.");

    /// <summary>A file, unpacked when its name ends in <c>.gz</c>. It may be replaced meanwhile: the file that was opened is read to its end.</summary>
    /// <param name="path">The path.</param>
    public static QueueSource FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new QueueSource(path, path);
    }

    /// <summary>A stream, read from where it stands; it stays open.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">A name for errors.</param>
    public static QueueSource FromStream(Stream stream, string name = "stream")
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new QueueSource(stream, name);
    }

    /// <summary>A pipe, read to its end; it is not completed.</summary>
    /// <param name="pipe">The reading end.</param>
    /// <param name="name">A name for errors.</param>
    public static QueueSource FromPipe(PipeReader pipe, string name = "pipe")
    {
        ArgumentNullException.ThrowIfNull(pipe);
        return new QueueSource(pipe, name);
    }

    /// <summary>Bytes in memory.</summary>
    /// <param name="bytes">The bytes; they must not change while they are read.</param>
    /// <param name="name">A name for errors.</param>
    public static QueueSource FromMemory(ReadOnlySequence<byte> bytes, string name = "memory") => new(bytes, name);

    /// <summary>Bytes in memory.</summary>
    /// <param name="bytes">The bytes; they must not change while they are read.</param>
    public static QueueSource FromMemory(ReadOnlyMemory<byte> bytes) => FromMemory(new ReadOnlySequence<byte>(bytes));

    /// <summary>A file; see <see cref="FromFile"/>.</summary>
    /// <param name="path">The path.</param>
    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "FromFile is the alternate.")]
    public static implicit operator QueueSource(string path) => FromFile(path);

    /// <summary>A stream; see <see cref="FromStream"/>.</summary>
    /// <param name="stream">The stream.</param>
    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "FromStream is the alternate.")]
    public static implicit operator QueueSource(Stream stream) => FromStream(stream);

    internal QueueInput Open() => _source switch
    {
        string path => QueueInput.OfFile(path),
        Stream stream => new QueueInput(stream, Name, owned: false),
        PipeReader pipe => new QueueInput(pipe.AsStream(leaveOpen: true), Name, owned: true),
        ReadOnlySequence<byte> bytes => new QueueInput(new SequenceStream(bytes), Name, owned: true),
        _ => throw new InvalidOperationException("The source is empty: make it from a path, a stream, a pipe or memory."),
    };
}
