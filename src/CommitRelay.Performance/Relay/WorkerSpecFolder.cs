using System.Runtime.InteropServices;
using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Relay;

/// <summary>One folder of worker specs, read: what is in it, and which files are no specs and why. Subfolders are folders of their own.</summary>
/// <remarks>Immutable once read. A file that vanishes meanwhile was not there; one that cannot be read or is broken is listed, never skipped silently.</remarks>
public sealed class WorkerSpecFolder
{
    private const int MaxDepth = 64;
    private const long MaxEntries = 10_000_000;

    private readonly List<WorkerSpec> _specs = [];
    private readonly List<InvalidFile> _invalid;
    private readonly Dictionary<string, long> _byType = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _byStatus = new(StringComparer.Ordinal);

    private WorkerSpecFolder(ListedFolder listed, CancellationToken cancellationToken)
    {
        Path = listed.Path;
        Entries = listed.Entries;
        Files = listed.Files;
        Bytes = listed.Bytes;
        _invalid = listed.Invalid;
        listed.SpecFiles.Sort(StringComparer.Ordinal);
        foreach (var file in listed.SpecFiles)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Add(file);
        }

        _invalid.Sort(static (one, other) => string.CompareOrdinal(one.Path, other.Path));
    }

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>All that lies in it: files of every name, and folders.</summary>
    public long Entries { get; }

    /// <summary>Files whose name ends in <c>.json</c>.</summary>
    public long Files { get; private set; }

    /// <summary>Bytes of those files.</summary>
    public long Bytes { get; }

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

    /// <summary>Reads a folder, not what lies below it.</summary>
    /// <param name="path">The folder; a missing one is empty.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <returns>The folder.</returns>
    public static WorkerSpecFolder Read(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        path = System.IO.Path.GetFullPath(path);
        return List(path, maxDepth: 0, cancellationToken) is [var listed] ? new(listed, cancellationToken) : new(new ListedFolder(path), cancellationToken);
    }

    /// <summary>Reads every folder below <c>worker-specs/</c>, at any depth; never through a link.</summary>
    /// <param name="home">The home.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <returns>The folders by path; empty where the home has none. One that cannot be listed is among them and says why.</returns>
    public static IReadOnlyList<WorkerSpecFolder> ReadAll(RelayHome home, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(home);
        var listed = List(home.WorkerSpecs, MaxDepth, cancellationToken);
        listed.RemoveAll(folder => folder.Path == home.WorkerSpecs && folder.Files == 0 && folder.Invalid.Count == 0);
        listed.Sort(static (one, other) => string.CompareOrdinal(one.Path, other.Path));
        return [.. listed.Select(folder => new WorkerSpecFolder(folder, cancellationToken))];
    }

    /// <summary>How long its workers took.</summary>
    /// <param name="span">Between which two times.</param>
    /// <returns>The durations.</returns>
    public WorkerDurations Durations(WorkerSpan span) => WorkerDurations.Of(_specs, span);

    private static List<ListedFolder> List(string root, int maxDepth, CancellationToken cancellationToken)
    {
        var listing = new SpecListing(root, goesBelow: maxDepth > 0);
        new FolderWalk(listing, maxDepth, MaxEntries, cancellationToken).Walk(root);
        return listing.Folders;
    }

    private void Add(string file)
    {
        try
        {
            using var document = JsonDocumentFile.Read(file);
            if (WorkerSpec.IsObject(document.Bytes))
                Add(WorkerSpec.OfValid(document.Bytes, file));
            else
                NotObjects++;
        }
        catch (FileNotFoundException)
        {
            // Gone since it was listed.
            Files--;
        }
        catch (Exception e) when (InvalidFile.IsFault(e))
        {
            _invalid.Add(InvalidFile.Of(file, e));
        }
    }

    private void Add(WorkerSpec spec)
    {
        _specs.Add(spec);
        CollectionsMarshal.GetValueRefOrAddDefault(_byType, spec.TypeLabel, out _)++;
        CollectionsMarshal.GetValueRefOrAddDefault(_byStatus, spec.StatusLabel, out _)++;
    }
}
