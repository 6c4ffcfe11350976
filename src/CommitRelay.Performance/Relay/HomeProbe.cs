using CommitRelay.Performance.Probes;
using CommitRelay.Performance.Queues;

namespace CommitRelay.Performance.Relay;

/// <summary>
/// Surveys a home: one walk of its files, then the queue, the worker specs, the budget and the ends of the event and snapshot files.
/// Opens nothing for writing and starts no program.
/// </summary>
/// <remarks>Thread-safe: every survey looks for itself. Never throws for what lies in the home or is missing there; that is in the survey.</remarks>
public sealed class HomeProbe
{
    private readonly RelayHome _home;
    private readonly HomeProbeOptions _options;
    private readonly TimeProvider _time;

    /// <summary>Prepares surveys of a home; nothing is touched yet.</summary>
    /// <param name="home">The home.</param>
    /// <param name="options">The settings; null for the defaults.</param>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public HomeProbe(RelayHome home, HomeProbeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(home);
        options ??= new HomeProbeOptions();
        options.Validate();
        _home = home;
        _options = options with { };
        _time = options.Probes.Time;
    }

    /// <summary>Takes a survey. Costs a look at every file's size, and a reading of queue, specs and budget.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The survey.</returns>
    public async ValueTask<HomeSurvey> SurveyAsync(CancellationToken cancellationToken = default)
    {
        var now = _time.GetUtcNow();
        var contents = new HomeContents(_home);
        var files = HomeFiles.Walk(_home, _options.Files, cancellationToken);
        var invalid = new List<InvalidFile>(files.Unreadable);
        var folders = WorkerSpecFolder.ReadAll(_home, cancellationToken);
        invalid.AddRange(folders.SelectMany(static folder => folder.Invalid));
        var active = folders.Where(folder => folder.Path == _home.WorkerSpecFolder("active")).SelectMany(static folder => folder.Specs).ToList();
        return new HomeSurvey
        {
            At = now,
            Files = files,
            SpecFolders = folders,
            Queue = await QueueAsync(contents, invalid, cancellationToken).ConfigureAwait(false),
            Tokens = TokenUse.Of(Noted(await contents.Budget.ReadAsync(cancellationToken).ConfigureAwait(false), invalid).Value, folders.SelectMany(static folder => folder.Specs)),
            EventAge = Age(Noted(await contents.NewestEvent.ReadAsync(cancellationToken).ConfigureAwait(false), invalid), null, now),
            SnapshotAge = Age(Noted(await contents.NewestSnapshot.ReadAsync(cancellationToken).ConfigureAwait(false), invalid), null, now),
            HeartbeatAge = Age(Noted(await contents.NewestHeartbeat.ReadAsync(cancellationToken).ConfigureAwait(false), invalid), active.Max(static spec => spec.LastHeartbeat), now),
            Active = ActiveWorker.Look(_home, active, new ProcessProbe(_options.Probes), now, _options.SilentFor),
            Invalid = invalid,
        };
    }

    private static FileContent<T> Noted<T>(FileContent<T> content, List<InvalidFile> invalid)
    {
        if (content.Fault is { } fault)
            invalid.Add(fault);
        return content;
    }

    private static Reading<double> Age(FileContent<DateTimeOffset?> newest, DateTimeOffset? known, DateTimeOffset now)
    {
        var at = newest.Value > known || known is null ? newest.Value : known;
        return at is { } then
            ? Reading.Known((now - then).TotalSeconds, Units.Seconds, now)
            : Reading.Unknown<double>(newest.UnknownBecause ?? "no readable timestamp among the last records", Units.Seconds, now);
    }

    private async ValueTask<HomeQueue?> QueueAsync(HomeContents contents, List<InvalidFile> invalid, CancellationToken cancellationToken)
    {
        if (Noted(await contents.Queue.ReadAsync(cancellationToken).ConfigureAwait(false), invalid).Value is not { } byStatus)
            return null;
        try
        {
            var reader = new QueueReader();
            var start = await reader.WaitsAsync(_home.TaskQueue, "created_at", "started_at", cancellationToken: cancellationToken).ConfigureAwait(false);
            var assign = await reader.WaitsAsync(_home.TaskQueue, "created_at", "assigned_at", cancellationToken: cancellationToken).ConfigureAwait(false);
            return new HomeQueue(byStatus.Total, byStatus, start, assign);
        }
        catch (Exception e) when (InvalidFile.IsFault(e))
        {
            invalid.Add(InvalidFile.Of(_home.TaskQueue, e));
            return null;
        }
    }
}
