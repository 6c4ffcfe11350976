using CommitRelay.Performance.Workers;

namespace CommitRelay.Samples.Worker;

/// <summary>What the run counts while it goes on. Thread-safe.</summary>
internal sealed class WorkerReport
{
    private readonly Lock _gate = new();
    private readonly List<double> _waits = [];
    private readonly List<string> _malformed = [];
    private int _done;
    private int _running;

    /// <summary>The API, once it runs.</summary>
    public DemoApi? Api { get; set; }

    /// <summary>Open tasks at the start.</summary>
    public int OpenAtStart { get; set; }

    /// <summary>What the loop said at its end; null when it did not get so far.</summary>
    public WorkerLoopResult? Result { get; set; }

    /// <summary>What kept the run from its work, or null.</summary>
    public string? Failure { get; set; }

    public int Done => Volatile.Read(ref _done);

    public int Running => Volatile.Read(ref _running);

    public void Started(DateTimeOffset? createdAt, DateTimeOffset now)
    {
        Interlocked.Increment(ref _running);
        if (createdAt is not { } created)
            return;
        lock (_gate)
            _waits.Add((now - created).TotalSeconds);
    }

    public void Ended(bool done)
    {
        Interlocked.Decrement(ref _running);
        if (done)
            Interlocked.Increment(ref _done);
    }

    /// <summary>One thing that is not as it must be: file, place, reason. Told on standard error at once, and again in the summary.</summary>
    public void Malformed(string what)
    {
        lock (_gate)
        {
            // A queue is read many times; what is wrong with it is told once.
            if (_malformed.Contains(what))
                return;
            _malformed.Add(what);
        }

        Console.Error.WriteLine($"malformed: {what}");
    }

    public IReadOnlyList<string> MalformedThings
    {
        get
        {
            lock (_gate)
                return [.. _malformed];
        }
    }

    /// <summary>The wait in the queue, from created_at to the claim, at a quantile; null when no task had a readable created_at.</summary>
    public TimeSpan? QueueWait(double quantile)
    {
        lock (_gate)
        {
            if (_waits.Count == 0)
                return null;
            _waits.Sort();
            return TimeSpan.FromSeconds(_waits[(int)Math.Min(_waits.Count - 1, quantile * _waits.Count)]);
        }
    }
}
