using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CommitRelay.Performance.Queues;

/// <content>
/// Tasks of one file are alike. What the walk makes of an element depends on its marks alone, not on what lies between them: so marks that equal
/// those of an element walked before need no walk.
/// </content>
internal sealed unsafe partial class ElementCutter
{
    private Vector512<byte> _shape;
    private Vector512<byte> _shapeBytes;
    private int _shapeLength;

    /// <summary>Which of the shape's marks are quotes at the element's own depth, one bit a mark.</summary>
    private ulong _shapeQuotes;

    /// <summary>Takes the elements that follow, as long as their marks are those of the shape. Returns the number of events taken.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private int TakeAlike(int* events, byte* marks, int count, int stop)
    {
        var (shape, bytes, length, taken) = (_shape, _shapeBytes, _shapeLength, 0);
        if (length == 0)
            return 0;
        while (count - taken >= length && ((Vector512.Load(marks + taken) ^ shape) & bytes) == Vector512<byte>.Zero && events[taken] < stop && _elementCount < CutterScratch.ElementsInBatch)
        {
            PassGap(events[taken]);
            _elementStart = events[taken];
            _value1 = _value2 = ElementSlice.Absent;
            for (var quotes = _shapeQuotes; quotes != 0; quotes &= quotes - 1)
                Remember(_text + events[taken + BitOperations.TrailingZeroCount(quotes)]);
            CloseElement(events[taken + length - 1] + 1);
            taken += length;
        }

        return taken;
    }

    /// <summary>Keeps the marks of an element that was just walked. Those with a backslash among them are left out: what it means depends on what follows it.</summary>
    private void LearnShape(byte* marks, int length)
    {
        var shape = new ReadOnlySpan<byte>(marks, length);
        if (length == 0 || length > Vector512<byte>.Count || shape.Contains((byte)'\\'))
            return;
        _shape = Vector512.Load(marks);
        _shapeBytes = Vector512.LessThan(Vector512<byte>.Indices, Vector512.Create((byte)length));
        (_shapeLength, _shapeQuotes) = (length, 0);
        var depth = 0;
        for (var i = 0; i < length; i++)
        {
            if (marks[i] != '"')
                depth += (marks[i] & 2) - 1;
            else if (depth == 1)
                _shapeQuotes |= 1UL << i;
        }
    }
}
