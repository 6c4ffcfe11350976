using System.Runtime.InteropServices;

namespace CommitRelay.Performance.Relay;

/// <summary>One folder of worker specs, read: what is in it, and which files are no specs and why. Subfolders are folders of their own.</summary>
/// <remarks>Immutable once read. A file that vanishes meanwhile was not there; one that cannot be read or is broken is listed, never skipped silently.</remarks>
public sealed class WorkerSpecFolder : ISpecFolder
{
    private readonly List<WorkerSpec> _specs = [];
    private readonly List<InvalidFile> _invalid = [];
    private readonly Dictionary<string, long> _byType = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _byStatus = new(StringComparer.Ordinal);

    private WorkerSpecFolder(string path) => Path = path;

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>All that lies in it: files of every name, and folders.</summary>
    public long Entries { get; private set; }

    /// <summary>Files whose name ends in <c>.json</c>.</summary>
    public long Files { get; private set; }

    /// <summary>Bytes of those files.</summary>
    public long Bytes { get; private set; }

    /// <summary>The specs, by file name.</summary>
    public IReadOnlyList<WorkerSpec> Specs => _specs;

    /// <summary>Files that are valid JSON but no object.</summary>
    public long NotObjects { get; private set; }

    /// <summary>Files that could not be read, with the place of the fault, by file name; the folder itself when it could not be listed.</summary>
    public IReadOnlyList<InvalidFile> Invalid => _invalid;

    /// <summary>How many specs of each type; "(absent)", "(null)", "(not a string)" stand for the rest.</summary>
    public IReadOnlyDictionary<string, long> ByWorkerType => _byType;

    /// <summary>How many specs of each status; the rest as above.</summary>
    public IReadOnlyDictionary<string, long> ByStatus => _byStatus;

    bool ISpecFolder.IsEmpty => Files == 0 && _invalid.Count == 0;

    /// <summary>Reads a folder, not what lies below it.</summary>
    /// <param name="path">The folder; a missing one is empty.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <returns>The folder.</returns>
    public static WorkerSpecFolder Read(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return SpecWalk<WorkerSpecFolder>.Read(System.IO.Path.GetFullPath(path), Begin, Add, cancellationToken).Sorted();
    }

    /// <summary>Reads every folder below <c>worker-specs/</c>, at any depth; never through a link.</summary>
    /// <param name="home">The home.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <returns>The folders by path; empty where the home has none. One that cannot be listed is among them and says why.</returns>
    public static IReadOnlyList<WorkerSpecFolder> ReadAll(RelayHome home, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(home);
        return [.. SpecWalk<WorkerSpecFolder>.ReadAll(home, Begin, Add, cancellationToken).Select(static folder => folder.Sorted())];
    }

    /// <summary>How long its workers took.</summary>
    /// <param name="span">Between which two times.</param>
    /// <returns>The durations.</returns>
    public WorkerDurations Durations(WorkerSpan span) => WorkerDurations.Of(_specs, span);

    void ISpecFolder.CountEntry() => Entries++;

    void ISpecFolder.CountFile(long bytes)
    {
        Files++;
        Bytes += bytes;
    }

    void ISpecFolder.CountNotObject() => NotObjects++;

    void ISpecFolder.Add(InvalidFile file) => _invalid.Add(file);

    private static WorkerSpecFolder Begin(string path) => new(path);

    private static void Add(WorkerSpecFolder folder, WorkerSpec spec) => folder._specs.Add(spec);

    /// <summary>A walk meets files in no order.</summary>
    private WorkerSpecFolder Sorted()
    {
        _specs.Sort(static (one, other) => string.CompareOrdinal(one.File, other.File));
        _invalid.Sort(static (one, other) => string.CompareOrdinal(one.Path, other.Path));
        foreach (var spec in _specs)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_byType, spec.TypeLabel, out _)++;
            CollectionsMarshal.GetValueRefOrAddDefault(_byStatus, spec.StatusLabel, out _)++;
        }

        return this;
    }
}
