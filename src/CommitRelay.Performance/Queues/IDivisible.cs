namespace CommitRelay.Performance.Queues;

/// <summary>What <see cref="PartedScan{TScan,TFound}"/> asks of a scan whose parts several cores read.</summary>
internal interface IDivisible<TSelf> : IDisposable
    where TSelf : IDivisible<TSelf>
{
    /// <summary>How many cores, and the length of a part.</summary>
    QueueReaderOptions Options { get; }

    /// <summary>Bytes of the source; 0 when its parts cannot be read independently.</summary>
    long Length { get; }

    /// <summary>File offset of the element at which reading started by a guess; -1 when it has found none.</summary>
    long StartedAt { get; }

    /// <summary>File offset of the element at which reading has stopped; -1 when it has not.</summary>
    long StoppedAt { get; }

    /// <summary>Reads up to the first element that opens at an offset or behind.</summary>
    void StopAt(long offset);

    /// <summary>Takes over what the scan of a part has found, once it is proven: the stop moves behind it. The part is disposed of already.</summary>
    void Skip(TSelf part);

    /// <summary>Goes on where it stopped, up to the next stop.</summary>
    void Resume(long stopAt);

    /// <summary>
    /// A scan of its own over a part of the same file, which guesses where the part's first element opens. It has its own statistics, and throws
    /// <see cref="QueueFaults.WrongGuessException"/> where a scan in order would report a fault.
    /// </summary>
    TSelf Guess(long from, long to);
}
