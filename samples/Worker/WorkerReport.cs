using System.Text.RegularExpressions;
using CommitRelay.Performance.Workers;

namespace CommitRelay.Samples.Worker;

/// <summary>What the run counts while it goes on. Thread-safe.</summary>
internal sealed partial class WorkerReport
{
    private readonly Lock _gate = new();
    private readonly List<double> _waits = [];
    private readonly List<string> _malformed = [];
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private bool _surveyed;
    private int _done;
    private int _running;

    /// <summary>The API, once it runs.</summary>
    public DemoApi? Api { get; set; }

    /// <summary>Open tasks at the start.</summary>
    public int OpenAtStart { get; set; }

    /// <summary>Events in the home's event file at the start.</summary>
    public long EventsAtStart { get; set; }

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
            // The queue is read again and again, and offsets move as statuses are written: what is wrong with it is told once.
            if (!_known.Add(Digits().Replace(what, "#")) && _surveyed)
                return;
            _malformed.Add(what);
        }

        Console.Error.WriteLine($"malformed: {what}");
    }

    /// <summary>Ends the survey: from now on only new kinds of faults are told.</summary>
    public void EndSurvey()
    {
        lock (_gate)
            _surveyed = true;
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

    [GeneratedRegex(@"\d+")]
    private static partial Regex Digits();
}
