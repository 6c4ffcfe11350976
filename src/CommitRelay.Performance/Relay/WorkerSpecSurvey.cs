using CommitRelay.Performance.Probes;

namespace CommitRelay.Performance.Relay;

/// <summary>All worker specs of a home, looked through in one pass: figures a folder, active workers that are gone or too late, and who uses the tokens.</summary>
/// <remarks>Immutable. Holds no spec: memory does not grow with their number, as it does with <see cref="WorkerSpecFolder"/>.</remarks>
public sealed class WorkerSpecSurvey
{
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
        var activeFolder = home.WorkerSpecFolder("active");
        var at = now ?? TimeProvider.System.GetUtcNow();
        var tokens = new TokenTally(budget);
        var running = new Lazy<WorkerProcesses>(() => new WorkerProcesses(home, processes ?? new ProcessProbe()));
        var folders = SpecWalk<SpecFolderFigures>.ReadAll(home, static path => new SpecFolderFigures(path), Add, cancellationToken);
        return new WorkerSpecSurvey(home, [.. folders], tokens.ToUse());

        void Add(SpecFolderFigures folder, WorkerSpec spec)
        {
            tokens.Add(spec);
            folder.Add(spec);
            if (folder.Path == activeFolder)
                folder.Add(ActiveWorker.Look(spec, running.Value, at, ActiveWorker.DefaultSilence));
        }
    }
}
