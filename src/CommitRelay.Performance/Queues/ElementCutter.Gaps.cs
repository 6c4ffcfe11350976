using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <content>What lies between elements with brackets: blanks and one comma, or elements without brackets (numbers, texts, true, false, null).</content>
internal sealed unsafe partial class ElementCutter
{
    private int _gapStart;
    private int _knownGapLength = -1;
    private Vector128<byte> _knownGap;
    private Vector128<byte> _knownGapBytes;
    private bool _needsComma;
    private bool _hasComma;

    private enum GapEnd
    {
        None,
        Opens,
        Closes,
    }

    /// <summary>Passes over what stands before an element with brackets: as a rule the same as between the two before it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PassGap(int end)
    {
        if (end - _gapStart == _knownGapLength && _needsComma != _isLines && ((Vector128.Load(_text + _gapStart) ^ _knownGap) & _knownGapBytes) == Vector128<byte>.Zero)
            LeaveGap(end);
        else
            ReadGap(end);
    }

    private void ReadGap(int end)
    {
        var length = end - _gapStart;
        var isUsual = _needsComma != _isLines && length <= Vector128<byte>.Count;
        if (!IsPlainGap(end))
        {
            ReadGap(end, GapEnd.Opens);
            return;
        }

        if (isUsual)
        {
            _knownGapLength = length;
            _knownGap = Vector128.Load(_text + _gapStart);
            _knownGapBytes = Vector128.LessThan(Vector128<byte>.Indices, Vector128.Create((byte)length));
        }

        LeaveGap(end);
    }

    private void LeaveGap(int end)
    {
        _gapStart = end;
        _hasComma = _needsComma = false;
    }

    /// <summary>Whether there is one comma if one is needed, and blanks.</summary>
    private bool IsPlainGap(int end)
    {
        var blanks = Bytes(_gapStart, end);
        if (_needsComma)
        {
            if (blanks.IsEmpty || blanks[0] != ',')
                return false;
            blanks = blanks[1..];
        }

        return JsonText.SkipBlanks(blanks, 0) == blanks.Length;
    }

    /// <summary>Reads commas and elements without brackets up to a bracket, or as far as they are whole.</summary>
    private void ReadGap(int end, GapEnd kind)
    {
        while ((_gapStart += BlanksUpTo(end)) < end)
        {
            if (_text[_gapStart] == ',' && !_isLines)
                ReadComma();
            else if (!ReadScalar(end, kind))
                return;
        }

        if (kind == GapEnd.Opens && _needsComma)
            throw Fault(end, "',' or ']'", isBeforeElement: true);
        if (kind == GapEnd.Closes && _hasComma)
            throw Fault(end, "an element behind the comma");
        if (kind == GapEnd.Opens)
            _hasComma = false;
    }

    private int BlanksUpTo(int end) => JsonText.SkipBlanks(Bytes(_gapStart, end), 0);

    private void ReadComma()
    {
        if (!_needsComma)
            throw Fault(_gapStart, "an element");
        _needsComma = false;
        _hasComma = true;
        _gapStart++;
    }

    private bool ReadScalar(int end, GapEnd kind)
    {
        if (_needsComma)
            throw Fault(_gapStart, "',' or ']'");
        var validity = JsonValidator.ReadValue(Bytes(_gapStart, end), out var length);
        if (validity == JsonValidity.Invalid)
            throw Fault(_gapStart + length, "an element: an object, or at least a value");
        if (validity == JsonValidity.Unfinished || (kind == GapEnd.None && !_ended && _gapStart + length == end))
        {
            if (kind != GapEnd.None)
                throw Fault(end, "the value to end before a bracket");
            return false;
        }

        AddElement(new ElementSlice(_gapStart, _gapStart + length, ElementSlice.Absent, ElementSlice.Absent, _nextIndex++));
        _gapStart += length;
        _needsComma = !_isLines;
        _hasComma = false;
        return true;
    }

    private void CloseArray(int position)
    {
        ReadGap(position, GapEnd.Closes);
        if (_isLines || _text[position] != ']')
            throw Fault(position, _isLines ? "a value" : "',' or ']'");
        ArrayEnd = _offset + position;
        _tokenStart = position;
        _phase = _isGuess ? Phase.Done : Phase.Tail;
    }
}
