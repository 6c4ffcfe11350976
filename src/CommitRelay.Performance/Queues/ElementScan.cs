using CommitRelay.Performance.Files;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>
/// Walks all elements of a queue file through an open handle, for those who change it: where each lies, what its members are, whether a filter wants it;
/// in the memory of one buffer. Faults are thrown, or told to the options' callback.
/// </summary>
internal sealed class ElementScan : IDisposable
{
    private readonly QueueInput _input;
    private readonly QueueFaults _faults;
    private readonly ElementCutter _cutter;
    private readonly ElementMembers _members;
    private int _next;

    /// <param name="file">The opened file.</param>
    /// <param name="options">Where the tasks are.</param>
    /// <param name="filter">For <see cref="IsMatch"/>; null for all.</param>
    /// <param name="members">For <see cref="Value"/>; the first two cost nearly nothing.</param>
    internal ElementScan(FileSnapshot file, QueueReaderOptions options, JsonFilter? filter = null, params ReadOnlySpan<JsonPath> members)
    {
        _members = new ElementMembers(filter, members);
        _input = QueueInput.OfHandle(file.Handle, file.Path);
        _faults = new QueueFaults(_input, options, new QueueReadStatistics());
        _cutter = new ElementCutter(options, _faults, lines: false, countLines: false, _members.Keys);
    }

    /// <summary>The element's place in the file, in bytes.</summary>
    internal long Offset { get; private set; }

    /// <summary>Behind the element's last byte.</summary>
    internal long End => Offset + Slice.End - Slice.Start;

    /// <summary>The element's bytes; valid until the next move.</summary>
    internal ReadOnlySpan<byte> Element => _cutter.Bytes(Slice.Start, Slice.End);

    internal ElementSlice Slice { get; private set; }

    /// <summary>File offset behind the bracket that opens the array.</summary>
    internal long ArrayStart => _cutter.ArrayStart;

    /// <summary>File offset of the bracket that closes the array; -1 until all elements were walked.</summary>
    internal long ArrayEnd => _cutter.ArrayEnd;

    /// <summary>Whether the filter wants the element.</summary>
    internal bool IsMatch => !_members.HasFilter || _members.Matches(Element, Slice, out _);

    /// <exception cref="QueueFormatException">The file is not a queue, or ends too early, and the options have no callback.</exception>
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

    /// <summary>The bytes from a member's value on; empty when the element has none.</summary>
    internal ReadOnlySpan<byte> Value(int member) => _members.TryValue(Element, Slice, member, out var value) ? value : default;

    /// <summary>Throws, or tells the callback, that the element is not what it must be.</summary>
    internal void Report(int at, string expected, Exception? cause = null)
        => _faults.Report(Offset + at, expected, _cutter.PathOf(Slice.Index, Element[..at]), _cutter.Bytes(0, Slice.Start + at), cause);

    public void Dispose()
    {
        _cutter.Dispose();
        _input.Dispose();
    }
}
