using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <content>Parts of a text, for reading on several cores: where to stop, where to go on, and a guess where the first element of a part starts.</content>
internal sealed unsafe partial class ElementCutter
{
    /// <summary>Read behind the end of a part, and again as often as its last element needs it.</summary>
    private const int Overlap = 4096;

    private bool _isGuess;

    /// <summary>File offset: the first element with brackets that opens here or behind is not read any more.</summary>
    public long StopAt { get; set; } = long.MaxValue;

    /// <summary>File offset of the element that <see cref="StopAt"/> kept from being read; -1 when there is none.</summary>
    public long StoppedAt { get; private set; } = -1;

    /// <summary>File offset of the element at which reading started anew the last time: behind damage, or in a part by a guess; -1 when it never did.</summary>
    public long StartedAt { get; private set; } = -1;

    private int StopPosition => (int)Math.Clamp(StopAt - _offset, -1, int.MaxValue);

    /// <summary>
    /// Starts in the middle of the text that another cutter reads: at what looks like the first element that opens at an offset or behind.
    /// What is found is right if, and only if, an element opens at <see cref="StartedAt"/>: outside elements a cutter has no other state.
    /// </summary>
    /// <returns>Where the first bytes must come from.</returns>
    public long GuessFrom(long offset, ElementCutter other)
    {
        _isGuess = true;
        _opening = other._opening;
        ArrayDepth = other.ArrayDepth;
        var from = Math.Max(0, offset - (_opening?.BracketAt ?? 0));
        _offset = from & ~(BlockScanner.BlockSize - 1);
        _tokenStart = (int)(from - _offset);
        _phase = Phase.Lost;
        return _offset;
    }

    /// <summary>Passes over elements that another cutter has read.</summary>
    public void Skip(long stoppedAt, long elements)
    {
        StoppedAt = stoppedAt;
        _nextIndex += elements;
    }

    /// <summary>Goes on at <see cref="StoppedAt"/>.</summary>
    /// <returns>Where the next bytes must come from.</returns>
    public long Resume()
    {
        _offset = StoppedAt;
        StoppedAt = -1;
        _filled = 0;
        _ended = false;
        StartAtElement(0);
        return _offset;
    }

    private void StartAtElement(int position)
    {
        _scanner.Restart();
        _eventAt = _eventCount = 0;
        _needsComma = _hasComma = false;
        StartedAt = _offset + position;
        StartElementsAt(position);
    }

    private void Stop(int position)
    {
        StoppedAt = _offset + position;
        _elementStart = -1;
        _phase = Phase.Stopped;
    }

    private int Wanted() => (int)Math.Clamp(StopAt - Length, Math.Min(Overlap, _options.BufferBytes), _options.BufferBytes);
}
