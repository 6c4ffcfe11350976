namespace CommitRelay.Performance.Queues;

/// <content>Parts of a file, for reading on several cores.</content>
internal sealed partial class QueueScan : IDivisible<QueueScan>
{
    /// <summary>Longer elements are left to the scan that reads in order: a wrong guess is not to fill memory before it shows.</summary>
    public const int LongestInPart = 1024 * 1024;

    public QueueReaderOptions Options => _options;

    public long Length => _input.DivisibleLength;

    public long StartedAt => _cutter.StartedAt;

    public long StoppedAt => _cutter.StoppedAt;

    public void StopAt(long offset) => _cutter.StopAt = offset;

    public void Skip(QueueScan part)
    {
        _cutter.Skip(part.StoppedAt, part._statistics.Elements);
        _statistics.Add(part._statistics);
    }

    public void Resume(long stopAt)
    {
        StopAt(stopAt);
        _input.MoveTo(_cutter.Resume());
    }

    public QueueScan Guess(long from, long to)
    {
        var options = _options with { OnMalformed = null, MaxElementBytes = Math.Min(_options.MaxElementBytes, LongestInPart) };
        var part = new QueueScan(_input.Again(), _isLines, options, _filter, new QueueReadStatistics(), _checksMatches, _paths, isGuess: true);
        part._input.MoveTo(part._cutter.GuessFrom(from, _cutter));
        part.StopAt(to);
        return part;
    }
}
