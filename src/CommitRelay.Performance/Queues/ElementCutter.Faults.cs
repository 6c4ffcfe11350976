using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <content>Faults: what was whole before one is delivered first; behind it, reading goes on at what looks like the next element.</content>
internal sealed unsafe partial class ElementCutter
{
    private Damage? _damage;

    /// <summary>How elements open in this file: the line feed, the indentation and the bracket; or in a compact file the comma, the bracket and the first member's name.</summary>
    private byte[] _opening = [];

    private static Damage Fault(int position, string expected) => new(position, expected);

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

        // What the broken element swallowed may hold whole ones, so the search starts at its beginning.
        _tokenStart = (_elementStart >= 0 ? _elementStart : Math.Min(damage.Position, _filled - 1)) + 1;
        _elementStart = -1;
        _nextIndex++;
        _phase = Phase.Lost;
    }

    /// <summary>Looks for the next text that opens as the first element did. False when more bytes are needed.</summary>
    private bool FindOpening()
    {
        var rest = Bytes(Math.Min(_tokenStart, _filled), _filled);
        var found = _opening.Length == 0 ? -1 : rest.IndexOf(_opening);
        if (found >= 0)
        {
            StartAtElement(_tokenStart + found + Array.IndexOf(_opening, (byte)'{'));
            return true;
        }

        if (_ended)
        {
            _phase = Phase.Done;
            return true;
        }

        _tokenStart = Math.Max(_tokenStart, _filled - Math.Max(_opening.Length, 1));
        return false;
    }

    private void LearnOpening(int bracket)
    {
        var before = Bytes(0, bracket);
        var lineFeed = before.LastIndexOf((byte)'\n');
        var isOwnLine = lineFeed >= 0 && !before[lineFeed..].ContainsAnyExcept(" \t\r\n"u8);
        _opening = isOwnLine ? [.. before[lineFeed..], (byte)'{'] : _isLines ? [.. "\n{"u8] : [(byte)',', .. FirstName(bracket)];
    }

    /// <summary>From an element's bracket to the closing quote of its first name; where that is not near, to the opening one.</summary>
    private ReadOnlySpan<byte> FirstName(int bracket)
    {
        const int Near = 32;
        var element = Bytes(bracket, Math.Min(bracket + Near, _filled));
        if (!element.StartsWith("{\""u8))
            return "{\""u8;
        var name = element[2..];
        var end = name.IndexOfAny((byte)'"', (byte)'\\');
        return end >= 0 && name[end] == '"' ? element[..(end + 3)] : element[..2];
    }

    /// <summary>The text is broken here. Thrown only inside the cutter, where a fault is rare and its place deep in the loops.</summary>
    private sealed class Damage(int position, string expected) : Exception(expected)
    {
        public int Position { get; } = position;
    }
}
