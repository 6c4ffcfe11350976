namespace CommitRelay.Performance.Queues;

/// <content>Parts of a file, for reading on several cores.</content>
internal sealed partial class QueueScan
{
    /// <summary>Longer elements are left to the scan that reads in order: a wrong guess is not to fill memory before it shows.</summary>
    private const int LongestInPart = 1024 * 1024;

    /// <summary>Whether parts of the source can be read independently, and it is worth it.</summary>
    public bool IsDivisible => _options.MaxCores > 1 && _input.DivisibleLength > 2L * _options.PartBytes;

    public QueueReaderOptions Options => _options;

    /// <inheritdoc cref="QueueInput.DivisibleLength"/>
    public long Length => _input.DivisibleLength;

    public QueueReadStatistics Statistics => _statistics;

    /// <inheritdoc cref="ElementCutter.StartedAt"/>
    public long StartedAt => _cutter.StartedAt;

    /// <inheritdoc cref="ElementCutter.StoppedAt"/>
    public long StoppedAt => _cutter.StoppedAt;

    /// <summary>Reads up to the first element with brackets that opens at an offset or behind.</summary>
    public void StopAt(long offset) => _cutter.StopAt = offset;

    /// <summary>Passes over a part that another scan has read: the stop moves behind it.</summary>
    /// <param name="stoppedAt">Where that scan has stopped.</param>
    /// <param name="met">What it met.</param>
    public void Skip(long stoppedAt, QueueReadStatistics met)
    {
        _cutter.Skip(stoppedAt, met.Elements);
        _statistics.Add(met);
    }

    /// <summary>Goes on where it stopped, up to the next stop.</summary>
    public void Resume(long stopAt)
    {
        StopAt(stopAt);
        _input.MoveTo(_cutter.Resume());
    }

    /// <summary>
    /// A scan of its own over a part of the same file, which guesses where the part's first element opens. It has its own statistics, and throws
    /// <see cref="QueueFaults.WrongGuessException"/> where a scan in order would report a fault.
    /// </summary>
    public QueueScan Guess(long from, long to)
    {
        var options = _options with { OnMalformed = null, MaxElementBytes = Math.Min(_options.MaxElementBytes, LongestInPart) };
        var part = new QueueScan(_input.Again(), _isLines, options, _filter, new QueueReadStatistics(), _checksMatches, _paths, isGuess: true);
        part._input.MoveTo(part._cutter.GuessFrom(from, _cutter));
        part.StopAt(to);
        return part;
    }
}
