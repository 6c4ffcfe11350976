using System.Runtime.CompilerServices;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <content>Elements: blocks are scanned in batches for positions, then the positions are walked.</content>
internal sealed unsafe partial class ElementCutter
{
    private readonly bool _isLines;
    private readonly BlockKey[] _keys;
    private readonly CutterScratch _scratch = CutterScratch.Rent();
    private readonly int _mostBytes;
    private BlockScanner _scanner;
    private int _elementCount;
    private long _nextIndex;
    private int _scanned;
    private int _eventAt;
    private int _eventCount;
    private int _depth;
    private int _elementStart = -1;
    private int _value1;
    private int _value2;

    private enum WalkResult
    {
        EventsUsed,
        BatchFull,
        Stopped,
        ArrayClosed,
    }

    /// <summary>
    /// Elements, or blanks before them, follow. Blocks start at multiples of their size in the file: so all that is read lands where memory is aligned
    /// as the file is, which is copied fastest. What the first block holds before the position is made blank, line feeds excepted, since lines are counted.
    /// </summary>
    private void StartElementsAt(int position)
    {
        Shift(position & ~(BlockScanner.BlockSize - 1));
        position &= BlockScanner.BlockSize - 1;
        for (var i = 0; i < Math.Min(position, _filled); i++)
            _text[i] = _text[i] == '\n' ? _text[i] : (byte)' ';
        _scanned = 0;
        _gapStart = position;
        _depth = ArrayDepth;
        if (_ended)
            Accept(0);
        _phase = Phase.Elements;
    }

    /// <summary>Cuts until the batch is full or the array closes. True when the bytes are used up and more must come.</summary>
    private bool CutElements()
    {
        while (true)
        {
            if (_eventAt == _eventCount && !ScanBlocks())
                return !EndElements();
            if (Walk() != WalkResult.EventsUsed)
                return false;
        }
    }

    private bool ScanBlocks()
    {
        var blocks = _ended
            ? (_filled - _scanned + BlockScanner.BlockSize - 1) / BlockScanner.BlockSize
            : (_filled - _scanned - BlockScanner.LookAhead) / BlockScanner.BlockSize;
        blocks = Math.Min(blocks, BlockScanner.MostBlocks);
        if (blocks <= 0)
            return false;
        _eventCount = _scanner.Scan(_text + _scanned, blocks, _scanned, (int*)Unsafe.AsPointer(ref _scratch.Events[0]), (byte*)Unsafe.AsPointer(ref _scratch.Marks[0]));
        _eventAt = 0;
        _scanned += blocks * BlockScanner.BlockSize;
        return true;
    }

    /// <summary>All blocks are used up. True when the text has ended with them, rightly.</summary>
    private bool EndElements()
    {
        if (_depth == ArrayDepth && (_ended || _filled - _gapStart > Math.Min(_options.BufferBytes / 2, _options.MaxElementBytes)))
            ReadGap(_ended ? _filled : Math.Min(_scanned, _filled), GapEnd.None);
        if (!_ended)
            return false;
        if (!_isLines || _depth > 0 || _gapStart < _filled)
            throw Fault(_filled, _isLines ? "the value to go on: the text ends inside it" : "the array of tasks to go on or to close: the text ends inside it");
        _phase = Phase.Done;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private WalkResult Walk()
    {
        var text = _text;
        var events = (int*)Unsafe.AsPointer(ref _scratch.Events[0]);
        var marks = (byte*)Unsafe.AsPointer(ref _scratch.Marks[0]);
        var kinds = (byte*)Unsafe.AsPointer(ref _scratch.Kinds[0]);
        int at = _eventAt, count = _eventCount, depth = _depth, elementDepth = ArrayDepth + 1, deepest = _options.MaxDepth, stop = StopPosition;
        var opened = -1;
        var result = WalkResult.EventsUsed;
        while (at < count)
        {
            if (depth < elementDepth)
            {
                at += TakeAlike(events + at, marks + at, count - at, stop);
                if (at == count)
                    break;
            }

            var b = marks[at];
            var position = events[at++];
            if (b == '"')
            {
                if (depth == elementDepth)
                    Remember(text + position);
                continue;
            }

            if (b < 0x5B || b == '\\')
            {
                if (b < 0x20)
                    throw Fault(position, "text without raw control bytes, or the closing quote");
                if (depth == elementDepth && SpellsKey(text + position))
                    _value1 = _value2 = ElementSlice.Unknown;
                continue;
            }

            if ((b & 2) != 0)
            {
                if (depth == deepest)
                    throw Fault(position, $"nesting of at most {deepest} levels");
                if (depth < elementDepth)
                {
                    opened = at - 1;
                    OpenElement(position);
                    if (position >= stop)
                    {
                        Stop(position);
                        result = WalkResult.Stopped;
                        break;
                    }
                }

                kinds[++depth] = b;
                continue;
            }

            if (depth < elementDepth)
            {
                CloseArray(position);
                _depth = depth - 1;
                _eventAt = at;
                return WalkResult.ArrayClosed;
            }

            // The two brackets of a kind differ in the bits of 6.
            if ((kinds[depth] ^ b) != 6)
                throw Fault(position, kinds[depth] == '[' ? "',' or ']'" : "',' or '}'");
            if (--depth < elementDepth)
            {
                CloseElement(position + 1);
                LearnShape(marks + opened, opened < 0 ? 0 : at - opened);
                opened = -1;
                if (_elementCount >= CutterScratch.ElementsInBatch)
                {
                    result = WalkResult.BatchFull;
                    break;
                }
            }
        }

        _eventAt = at;
        _depth = depth;
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void OpenElement(int position)
    {
        if (_opening is null)
            LearnOpening(position);
        PassGap(position);
        _elementStart = position;
        _value1 = _value2 = ElementSlice.Absent;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CloseElement(int end)
    {
        var start = _elementStart;
        AddElement(new ElementSlice(start, end, _value1 < 0 ? _value1 : _value1 - start, _value2 < 0 ? _value2 : _value2 - start, _nextIndex++));
        _gapStart = end;
        _needsComma = !_isLines;
        _elementStart = -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddElement(ElementSlice element)
    {
        if (element.End - element.Start > _mostBytes || _elementCount == _scratch.Elements.Length)
            MakeRoom(element.Start, element.End);
        _scratch.Elements[_elementCount++] = element;
    }

    /// <summary>Apart from the loop, which would not be compiled into one piece with this.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void MakeRoom(int start, int end)
    {
        if (end - start > _mostBytes)
            throw TooLong(start);
        Array.Resize(ref _scratch.Elements, 2 * _elementCount);
    }

    /// <summary>
    /// A candidate at the element's own depth: when it is a key with a colon behind it, its value is noted; of repeated ones the last wins.
    /// Blanks beyond one space leave it to a walk, since they might run on behind what is readable.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Remember(byte* quote)
    {
        if (_keys[0].IsAt(quote))
            Note(quote + _keys[0].ClosingQuote + 1, ref _value1);
        else if (_keys.Length > 1 && _keys[1].IsAt(quote))
            Note(quote + _keys[1].ClosingQuote + 1, ref _value2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Note(byte* behind, ref int value)
    {
        if (value == ElementSlice.Unknown || (*behind != ':' && *behind > ' '))
            return;
        var start = behind[1] == ' ' ? behind + 2 : behind + 1;
        value = *behind == ':' && *start > ' ' ? (int)(start - _text) : ElementSlice.Unknown;
        if (value == ElementSlice.Unknown)
            _value1 = _value2 = ElementSlice.Unknown;
    }

    /// <summary>Whether an escape could be a letter of a key: then only a walk can tell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool SpellsKey(byte* backslash)
    {
        if (backslash[2] != '0' || backslash[3] != '0')
            return false;
        var digit = 1 << (backslash[4] & 15);
        return ((_keys[0].EscapeDigits | (_keys.Length > 1 ? _keys[1].EscapeDigits : 0)) & digit) != 0;
    }

    private void ShiftElements(int by)
    {
        _scanned -= by;
        _gapStart -= by;
        if (_elementStart < 0)
            return;
        _elementStart -= by;
        if (_value1 >= 0)
            _value1 -= by;
        if (_value2 >= 0)
            _value2 -= by;
    }
}
