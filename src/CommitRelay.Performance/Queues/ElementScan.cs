using CommitRelay.Performance.Files;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>Walks the elements of a queue file through an open handle: where each lies and what it says, in the memory of one buffer.</summary>
internal sealed class ElementScan : IDisposable
{
    private readonly QueueInput _input;
    private readonly ElementCutter _cutter;
    private int _next;

    /// <param name="file">The opened file.</param>
    /// <param name="options">Where the tasks are; faults are thrown whatever its policy says.</param>
    /// <param name="keys">Up to two members that the scanner looks for on the way; <see cref="Slice"/> tells where their values start.</param>
    internal ElementScan(FileSnapshot file, QueueReaderOptions options, params ReadOnlySpan<BlockKey> keys)
    {
        _input = new QueueInput(new HandleStream(file.Handle), file.Path, owned: false, file.Handle);
        var faults = new QueueFaults(_input, options, new QueueReadStatistics());
        _cutter = new ElementCutter(options, faults, lines: false, countLines: false, keys);
    }

    /// <summary>The element's place in the file, in bytes.</summary>
    internal long Offset { get; private set; }

    /// <summary>The element's bytes; valid until the next move.</summary>
    internal ReadOnlySpan<byte> Element => _cutter.Bytes(Slice.Start, Slice.End);

    internal ElementSlice Slice { get; private set; }

    /// <summary>File offset behind the bracket that opens the array.</summary>
    internal long ArrayStart => _cutter.ArrayStart;

    /// <summary>File offset of the bracket that closes the array; known when all elements were walked.</summary>
    internal long ArrayEnd => _cutter.ArrayEnd;

    /// <exception cref="QueueFormatException">The file is not a queue, or ends too early.</exception>
    internal bool MoveNext()
    {
        while (_next >= _cutter.Elements.Length)
        {
            _next = 0;
            switch (_cutter.Cut())
            {
                case CutterState.Done:
                    return false;
                case CutterState.NeedsInput:
                    _cutter.Accept(_input.Read(_cutter.Space()));
                    break;
                default:
                    break;
            }
        }

        Slice = _cutter.Elements[_next++];
        Offset = _cutter.OffsetOf(Slice.Start);
        return true;
    }

    /// <summary>The bytes from a sought member's value on, found by the scanner or, where it cannot tell, by a walk; empty when the member is absent.</summary>
    internal ReadOnlySpan<byte> ValueAt(int position, JsonPath path)
    {
        if (position >= 0)
            return Element[position..];
        return position == ElementSlice.Unknown && JsonPath.TryFind(Element, path.Segments, out var start) ? Element[start..] : default;
    }

    public void Dispose()
    {
        _cutter.Dispose();
        _input.Dispose();
    }
}
