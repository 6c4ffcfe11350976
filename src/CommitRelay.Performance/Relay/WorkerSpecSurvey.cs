using CommitRelay.Performance.Files;
using CommitRelay.Performance.Probes;

namespace CommitRelay.Performance.Relay;

/// <summary>All worker specs of a home, looked through in one pass: figures a folder, active workers that are gone or too late, and who uses the tokens.</summary>
/// <remarks>Immutable. Holds no spec: memory does not grow with their number, as it does with <see cref="WorkerSpecFolder"/>.</remarks>
public sealed class WorkerSpecSurvey
{
    private const int MaxDepth = 64;
    private const long MaxEntries = 10_000_000;
    private readonly RelayHome _home;

    private WorkerSpecSurvey(RelayHome home, IReadOnlyList<SpecFolderFigures> folders, TokenUse tokens)
    {
        _home = home;
        Folders = folders;
        Tokens = tokens;
    }

    /// <summary>The folders below <c>worker-specs/</c>, at any depth, by path; empty where the home has none.</summary>
    public IReadOnlyList<SpecFolderFigures> Folders { get; }

    /// <summary>Who uses the tokens.</summary>
    public TokenUse Tokens { get; }

    /// <summary>One folder, such as "active"; an empty one where there is none.</summary>
    /// <param name="name">Its path below <c>worker-specs/</c>.</param>
    public SpecFolderFigures Folder(string name)
    {
        var path = _home.WorkerSpecFolder(name);
        return Folders.FirstOrDefault(folder => folder.Path == path) ?? new SpecFolderFigures(path);
    }

    /// <summary>How long workers took, by type, of all folders.</summary>
    /// <param name="span">Between which two times.</param>
    /// <returns>The durations.</returns>
    public IReadOnlyDictionary<string, DurationSummary> Durations(WorkerSpan span)
    {
        var all = new DurationTally();
        foreach (var folder in Folders)
            all.Add(folder.TallyOf(span));
        return all.ByType;
    }

    /// <summary>Looks through the specs; never through a link.</summary>
    /// <param name="home">The home.</param>
    /// <param name="budget">The token budget, for what it sets aside; null when there is none.</param>
    /// <param name="processes">Where processes of active workers are looked up; null for this system's.</param>
    /// <param name="now">The present time; null for the system's.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <returns>What is there. A file that vanishes meanwhile was not there; what cannot be read is counted, and the first ones are named.</returns>
    public static WorkerSpecSurvey Read(RelayHome home, TokenBudget? budget = null, ProcessProbe? processes = null, DateTimeOffset? now = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(home);
        var reading = new Reading(home, new TokenTally(budget), processes ?? new ProcessProbe(), now ?? TimeProvider.System.GetUtcNow(), cancellationToken);
        new FolderWalk(reading, MaxDepth, MaxEntries, cancellationToken).Walk(home.WorkerSpecs);
        var folders = reading.Folders.Where(folder => folder.Path != home.WorkerSpecs || folder.Files > 0 || folder.Invalid > 0).OrderBy(static folder => folder.Path, StringComparer.Ordinal);
        return new WorkerSpecSurvey(home, [.. folders], reading.Tokens.ToUse());
    }

    /// <summary>Reads each spec as the walk meets it.</summary>
    private sealed class Reading(RelayHome home, TokenTally tokens, ProcessProbe processes, DateTimeOffset now, CancellationToken cancellationToken)
        : SpecVisitor(home.WorkerSpecs, goesBelow: true)
    {
        private readonly string _activeFolder = home.WorkerSpecFolder("active");
        private readonly Lazy<WorkerProcesses> _processes = new(() => new WorkerProcesses(home, processes));
        private SpecFolderFigures _folder = new("");

        public List<SpecFolderFigures> Folders { get; } = [];

        public TokenTally Tokens => tokens;

        protected override void Begin(string folder) => Folders.Add(_folder = new SpecFolderFigures(folder));

        protected override void Entry() => _folder.Entries++;

        protected override void Spec(string path, long bytes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                using var document = JsonDocumentFile.Read(path);
                if (WorkerSpec.IsObject(document.Bytes))
                    Add(WorkerSpec.OfValid(document.Bytes, path));
                else
                    _folder.NotObjects++;
            }
            catch (FileNotFoundException)
            {
                // Gone since it was listed.
                return;
            }
            catch (Exception e) when (InvalidFile.IsFault(e))
            {
                _folder.Add(InvalidFile.Of(path, e));
            }

            Count(bytes);
        }

        protected override void Closed(InvalidFile file, long bytes)
        {
            Count(bytes);
            _folder.Add(file);
        }

        protected override void Invalid(string folder, InvalidFile file)
        {
            if (Folders.Find(f => f.Path == folder) is not { } figures)
                Folders.Add(figures = new SpecFolderFigures(folder));
            figures.Add(file);
        }

        private void Count(long bytes)
        {
            _folder.Files++;
            _folder.Bytes += bytes;
        }

        private void Add(WorkerSpec spec)
        {
            tokens.Add(spec);
            _folder.Add(spec);
            if (_folder.Path == _activeFolder)
                _folder.Add(ActiveWorker.Look(spec, _processes.Value, now, ActiveWorker.DefaultSilence));
        }
    }
}
