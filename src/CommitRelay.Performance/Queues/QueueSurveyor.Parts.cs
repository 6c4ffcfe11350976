namespace CommitRelay.Performance.Queues;

/// <content>Reading, in order and in parts for several cores. At the first byte of a task a surveyor has no state but the place.</content>
internal sealed partial class QueueSurveyor : IDivisible<QueueSurveyor>
{
    /// <summary>Read behind the end of a part, and again as often as its last task needs it.</summary>
    private const int Overlap = 4096;

    private readonly bool _isGuess;
    private ElementOpening? _opening;
    private long _stopAt = long.MaxValue;

    public QueueReaderOptions Options { get; }

    public long Length => _input.DivisibleLength;

    public long StartedAt { get; private set; } = -1;

    public long StoppedAt { get; private set; } = -1;

    /// <summary>Reads to the end, or to where it has to stop.</summary>
    /// <returns>True.</returns>
    /// <exception cref="QueueFormatException">The text is no JSON.</exception>
    public bool Read(CancellationToken cancellationToken)
    {
        while (!Advance())
        {
            cancellationToken.ThrowIfCancellationRequested();
            Accept(_input.Read(Space()));
        }

        return true;
    }

    /// <inheritdoc cref="Read"/>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        while (!Advance())
            Accept(await _input.ReadAsync(Space(), cancellationToken).ConfigureAwait(false));
    }

    public void StopAt(long offset) => _stopAt = offset;

    public void Skip(QueueSurveyor part)
    {
        StoppedAt = part.StoppedAt;
        foreach (var queue in part._nested)
            _nested.Add(queue with { Index = _tally.Tasks + queue.Index });
        _tally.Take(part._tally);
    }

    public void Resume(long stopAt)
    {
        StopAt(stopAt);
        MoveTo(StoppedAt);
        StoppedAt = -1;
    }

    public QueueSurveyor Guess(long from, long to)
    {
        var part = new QueueSurveyor(_input.Again(), Options, isGuess: true) { _opening = _opening, _place = Place.Lost, _stopAt = to };
        part.MoveTo(Math.Max(0, from - (_opening?.BracketAt ?? 0)));
        return part;
    }

    /// <summary>Reads on from another place of the file. Memory is aligned as the file is, which is copied fastest.</summary>
    private void MoveTo(long offset)
    {
        _at = _filled = (int)(offset % Padding);
        _offset = offset - _at;
        _ended = false;
        _input.MoveTo(offset);
    }

    /// <summary>Looks for what opens as the first task did. False when more bytes are needed, or there are none.</summary>
    private unsafe bool FindOpening()
    {
        if (_opening?.FindIn(new ReadOnlySpan<byte>(_text + _at, _filled - _at)) is >= 0 and var bracket)
        {
            _at += bracket;
            StartedAt = _offset + _at;
            _place = Place.Element;
            return true;
        }

        _at = Math.Max(_at, _filled - (_opening?.Length ?? 0));
        return false;
    }

    /// <summary>Behind the tasks a surveyor has state that a part cannot know; and a part that has grown far beyond its end has guessed wrong.</summary>
    private void Doubt(bool isWrong)
    {
        if (_isGuess && isWrong)
            throw new QueueFaults.WrongGuessException();
    }
}
