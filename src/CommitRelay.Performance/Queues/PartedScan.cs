namespace CommitRelay.Performance.Queues;

/// <summary>
/// Lets several cores read a file with the answer of one. The file is divided into parts of equal length. The first is read in order; it tells how
/// elements open in this file. Each other part is read by a scan that guesses where its first element opens, and stops at the first one that opens behind it.
/// </summary>
/// <remarks>
/// <para>
/// Why this is exact: at the opening bracket of an element a scan has no state but the place, so two scans that stand at the same one go on alike.
/// What a part found is taken only if its guess is the very byte at which what was proven before it has stopped. Else, and where it met a fault, the
/// closing bracket or anything unusual, it is dropped and the scan reads on in order from that byte.
/// </para>
/// <para>
/// Use: read the scan until it stops, take parts while <see cref="MoveNextAsync"/> finds proven ones, and go on so while <see cref="ScanGoesOn"/>.
/// Where the source cannot be divided, the scan does not stop and there are no parts.
/// </para>
/// </remarks>
/// <typeparam name="TScan">The scan.</typeparam>
/// <typeparam name="TFound">What is found in a part.</typeparam>
internal sealed class PartedScan<TScan, TFound> : IAsyncDisposable
    where TScan : IDivisible<TScan>
{
    private readonly TScan _scan;
    private readonly Func<TScan, CancellationToken, TFound> _read;
    private readonly long _partBytes;
    private readonly int _mostAhead;
    private readonly Queue<(long Number, Task<Part?> Result)> _ahead = new();
    private readonly CancellationTokenSource? _stop;
    private readonly TaskScheduler? _cores;
    private long _next;

    /// <param name="scan">The scan that reads in order; not used yet.</param>
    /// <param name="read">Reads the scan of a part to its end.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public PartedScan(TScan scan, Func<TScan, CancellationToken, TFound> read, CancellationToken cancellationToken)
    {
        _scan = scan;
        _read = read;
        Current = default!;
        if (scan.Options.MaxCores == 1 || scan.Length <= 2L * scan.Options.PartBytes)
            return;
        _partBytes = scan.Options.PartBytes;
        _mostAhead = 2 * scan.Options.MaxCores;
        _cores = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, scan.Options.MaxCores).ConcurrentScheduler;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        scan.StopAt(_partBytes);
    }

    /// <summary>What was found in the part that the last <see cref="MoveNextAsync"/> has proven.</summary>
    public TFound Current { get; private set; }

    /// <summary>Whether the scan goes on in order; else all is read.</summary>
    public bool ScanGoesOn { get; private set; }

    /// <summary>Takes the part that follows what is proven. False when there is none: then the scan has to read on, or has read to the end.</summary>
    public async ValueTask<bool> MoveNextAsync()
    {
        ScanGoesOn = false;
        var proven = _scan.StoppedAt;
        if (proven < 0)
            return false;
        var number = proven / _partBytes;
        ReadAhead(number);
        while (_ahead.TryPeek(out var first) && first.Number <= number)
        {
            _ahead.Dequeue();
            var part = await first.Result.ConfigureAwait(false);
            if (first.Number < number || part?.Scan.StartedAt != proven)
                continue;
            _scan.Skip(part.Scan);
            Current = part.Found;
            return true;
        }

        _scan.Resume((number + 1) * _partBytes);
        ScanGoesOn = true;
        return false;
    }

    public async ValueTask DisposeAsync()
    {
        if (_stop is null)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (var (_, result) in _ahead)
            await ((Task)result).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    /// <summary>Keeps two parts a core in work or in store. The last part is left to the scan, which must see the end.</summary>
    private void ReadAhead(long from)
    {
        for (_next = Math.Max(_next, from); _ahead.Count < _mostAhead && (_next + 1) * _partBytes < _scan.Length; _next++)
        {
            var number = _next;
            _ahead.Enqueue((number, Task.Factory.StartNew(() => ReadPart(number), _stop!.Token, TaskCreationOptions.DenyChildAttach, _cores!)));
        }
    }

    private Part? ReadPart(long number)
    {
        try
        {
            using var scan = _scan.Guess(number * _partBytes, (number + 1) * _partBytes);
            var found = _read(scan, _stop!.Token);
            return scan.StoppedAt < 0 ? null : new Part(scan, found);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever it was: a reading in order meets it again if it is real, and then in its place.
            return null;
        }
    }

    private sealed record Part(TScan Scan, TFound Found);
}
