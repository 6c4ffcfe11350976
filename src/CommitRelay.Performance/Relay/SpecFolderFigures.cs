using CommitRelay.Performance.Queues;

namespace CommitRelay.Performance.Relay;

/// <summary>What one folder of worker specs holds; what lies below it has figures of its own.</summary>
public sealed class SpecFolderFigures : ISpecFolder
{
    /// <summary>How many unreadable files are named.</summary>
    private const int Named = 20;

    private readonly BestOf<PathOrder, InvalidFile> _firstInvalid = new(Named);
    private readonly DurationTally[] _durations = [new(), new(), new()];

    internal SpecFolderFigures(string path) => Path = path;

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>All that lies in it: files of every name, and folders.</summary>
    public long Entries { get; private set; }

    /// <summary>Files whose name ends in <c>.json</c>.</summary>
    public long Files { get; private set; }

    /// <summary>Bytes of those files.</summary>
    public long Bytes { get; private set; }

    /// <summary>Files that are specs.</summary>
    public long Readable { get; private set; }

    /// <summary>Files that are valid JSON but no object.</summary>
    public long NotObjects { get; private set; }

    /// <summary>Files that could not be read, and the folder itself when it could not be listed.</summary>
    public long Invalid { get; private set; }

    /// <summary>The first 20 of these, by path, with the place of the fault.</summary>
    public IReadOnlyList<InvalidFile> FirstInvalid => _firstInvalid.ToOrdered();

    /// <summary>Of the folder "active": workers that no process runs, silent for longer than <see cref="ActiveWorker.DefaultSilence"/>.</summary>
    public long Stale { get; private set; }

    /// <summary>Of the folder "active": workers that run longer than their time limit.</summary>
    public long Overrunning { get; private set; }

    bool ISpecFolder.IsEmpty => Files == 0 && Invalid == 0;

    /// <summary>How long its workers took, all types together.</summary>
    /// <param name="span">Between which two times.</param>
    /// <returns>The durations.</returns>
    public DurationSummary Durations(WorkerSpan span) => TallyOf(span).Total;

    internal DurationTally TallyOf(WorkerSpan span) => _durations[(int)span];

    internal void Add(WorkerSpec spec)
    {
        Readable++;
        for (var span = WorkerSpan.CreatedToEnd; span <= WorkerSpan.CreatedToStart; span++)
        {
            if (WorkerDurations.TimesOf(spec, span) is (_, { } seconds))
                TallyOf(span).Add(spec.TypeLabel, seconds);
        }
    }

    internal void Add(ActiveWorker worker)
    {
        Stale += worker.IsStale ? 1 : 0;
        Overrunning += worker.IsOverrunning ? 1 : 0;
    }

    void ISpecFolder.CountEntry() => Entries++;

    void ISpecFolder.CountFile(long bytes)
    {
        Files++;
        Bytes += bytes;
    }

    void ISpecFolder.CountNotObject() => NotObjects++;

    void ISpecFolder.Add(InvalidFile file)
    {
        Invalid++;
        var order = new PathOrder(file.Path);
        if (_firstInvalid.Takes(order))
            _firstInvalid.Add(order, file);
    }

    private readonly record struct PathOrder(string Path) : IComparable<PathOrder>
    {
        public int CompareTo(PathOrder other) => string.CompareOrdinal(Path, other.Path);
    }
}
