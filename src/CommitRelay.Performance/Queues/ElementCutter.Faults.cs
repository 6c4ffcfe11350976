using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <content>Faults: what was whole before one is delivered first; behind it, reading goes on at what looks like the next element.</content>
internal sealed unsafe partial class ElementCutter
{
    private Damage? _damage;

    private ElementOpening? _opening;

    private static Damage Fault(int position, string expected, bool isBeforeElement = false) => new(position, expected, isBeforeElement);

    private Damage TooLong(int start)
        => Fault(start, $"at most {_options.MaxElementBytes} bytes ({nameof(QueueReaderOptions.MaxElementBytes)}) for one element or token");

    /// <summary>The JSON path of a fault.</summary>
    /// <param name="index">The element's place; -1 outside elements.</param>
    /// <param name="before">The element up to the fault.</param>
    public FaultPath PathOf(long index, ReadOnlySpan<byte> before) => new(_isLines ? JsonPath.Root : _options.Tasks, index, before);

    private void Recover()
    {
        var damage = _damage!;
        _damage = null;
        var inElements = _phase == Phase.Elements;
        var end = Math.Min(damage.Position, _filled);
        var path = PathOf(inElements ? _nextIndex : -1, inElements && _elementStart >= 0 ? Bytes(_elementStart, end) : default);
        _faults.Report(_offset + damage.Position, damage.Message, path, Bytes(0, end));
        if (!inElements)
        {
            _phase = Phase.Done;
            return;
        }

        if (damage.IsBeforeElement)
        {
            StartAtElement(damage.Position);
            return;
        }

        // What the broken element swallowed may hold whole ones, so the search starts at its beginning.
        var start = _elementStart >= 0 ? _elementStart : Math.Min(damage.Position, _filled - 1);
        _tokenStart = Math.Max(0, start + 1 - (_opening?.BracketAt ?? 0));
        _elementStart = -1;
        _nextIndex++;
        _phase = Phase.Lost;
    }

    /// <summary>Looks for the next text that opens as the first element did. False when more bytes are needed.</summary>
    private bool FindOpening()
    {
        var rest = Bytes(Math.Min(_tokenStart, _filled), _filled);
        if (_opening?.FindIn(rest) is >= 0 and var bracket)
        {
            StartAtElement(_tokenStart + bracket);
            return true;
        }

        if (_ended)
        {
            _phase = Phase.Done;
            return true;
        }

        _tokenStart = Math.Max(_tokenStart, _filled - (_opening?.Length ?? 1));
        return false;
    }

    private void LearnOpening(int bracket) => _opening = ElementOpening.Of(Bytes(_gapStart, _filled), bracket - _gapStart, _isLines);

    /// <summary>The text is broken here. Thrown only inside the cutter, where a fault is rare and its place deep in the loops.</summary>
    private sealed class Damage(int position, string expected, bool isBeforeElement) : Exception(expected)
    {
        public int Position { get; } = position;

        /// <summary>Whether an element opens here that is none the worse for it.</summary>
        public bool IsBeforeElement { get; } = isBeforeElement;
    }
}
