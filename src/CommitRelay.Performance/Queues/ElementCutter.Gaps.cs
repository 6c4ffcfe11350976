using System.Runtime.CompilerServices;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <content>What lies between elements with brackets: blanks and one comma, or elements without brackets (numbers, texts, true, false, null).</content>
internal sealed unsafe partial class ElementCutter
{
    private int _gapStart;
    private ulong _knownGap;
    private bool _needsComma;
    private bool _hasComma;

    private enum GapEnd
    {
        None,
        Opens,
        Closes,
    }

    /// <summary>The common case at little cost: one comma where one is needed, and blanks; most often the same as the time before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool IsPlainGap(int end)
    {
        var at = _gapStart;
        var isShort = _needsComma && end - at <= 8;
        var gap = isShort ? *(ulong*)(_text + at) << (8 * (8 - (end - at))) : 0;
        if (!isShort || gap != _knownGap)
        {
            if (_needsComma && _text[at++] != ',')
                return false;
            while (at < end)
            {
                if (!JsonText.IsBlank(_text[at++]))
                    return false;
            }

            _knownGap = isShort ? gap : _knownGap;
        }

        _gapStart = end;
        _hasComma = _needsComma = false;
        return true;
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
            throw Fault(end, "',' or ']'");
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
