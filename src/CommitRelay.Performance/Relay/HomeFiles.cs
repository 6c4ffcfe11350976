using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Relay;

/// <summary>
/// The files of a home, from one walk that opens none of them and follows no link: how many, how large, how old, of which kind.
/// Sizes are apparent ones. Folder names with line feeds, colons or bytes that are no UTF-8 are ordinary.
/// </summary>
/// <remarks>Immutable. What could not be looked at is in <see cref="Unreadable"/>; files that vanish during the walk count or do not, without an error.</remarks>
public sealed class HomeFiles
{
    internal HomeFiles(HomeFilesTally tally, bool isCut)
    {
        Files = tally.All.Files;
        Bytes = tally.All.Bytes;
        EmptyFiles = tally.All.EmptyFiles;
        Folders = tally.Folders;
        Links = tally.Links;
        Others = tally.Others;
        NamesWithColon = tally.NamesWithColon;
        NamesWithLineFeed = tally.NamesWithLineFeed;
        Largest = tally.Largest;
        LargerThan = tally.LargerThan;
        ByExtension = tally.ByExtension;
        WorkerSpecs = tally.Specs;
        SpecFiles = tally.AllSpecs.Files;
        ActiveEntries = tally.ActiveEntries;
        Events = tally.Events.ToGroup();
        Snapshots = tally.Snapshots.ToGroup();
        Logs = tally.Logs.ToGroup();
        Unreadable = tally.Unreadables;
        IsCut = isCut;
    }

    /// <summary>Regular files.</summary>
    public long Files { get; }

    /// <summary>Folders below the home.</summary>
    public long Folders { get; }

    /// <summary>Bytes of all files.</summary>
    public long Bytes { get; }

    /// <summary>Files without bytes.</summary>
    public long EmptyFiles { get; }

    /// <summary>Links; none was followed, and they are no files here.</summary>
    public long Links { get; }

    /// <summary>Pipes, sockets and devices.</summary>
    public long Others { get; }

    /// <summary>Files and folders with a colon in their own name.</summary>
    public long NamesWithColon { get; }

    /// <summary>Files and folders with a line feed in their own name.</summary>
    public long NamesWithLineFeed { get; }

    /// <summary>The largest files, largest first; of equal ones by path.</summary>
    public IReadOnlyList<FoundFile> Largest { get; }

    /// <summary>Files above each size of <see cref="HomeFilesOptions.SizeThresholds"/>, in that order.</summary>
    public IReadOnlyList<SizeCount> LargerThan { get; }

    /// <summary>Files by what follows the last dot of their name, dot included; "(none)" without one. Beyond 1000 kinds the rest is "(others)".</summary>
    public IReadOnlyDictionary<string, long> ByExtension { get; }

    /// <summary>Files ending in <c>.json</c> by folder below <c>worker-specs/</c>, such as "active" or "archived/2025-11-16".</summary>
    public IReadOnlyDictionary<string, FileGroup> WorkerSpecs { get; }

    /// <summary>All of these together.</summary>
    public long SpecFiles { get; }

    /// <summary>Entries of <c>worker-specs/active</c>, whatever they are.</summary>
    public long ActiveEntries { get; }

    /// <summary>Event files: <c>dashboard-events*</c>, and what lies in <c>events/</c> and <c>dashboard-events-archive/</c>.</summary>
    public FileGroup Events { get; }

    /// <summary>Snapshots: <c>metrics-snapshots*</c>, and what lies in <c>history/</c>.</summary>
    public FileGroup Snapshots { get; }

    /// <summary>What lies in <c>agents/logs/</c>.</summary>
    public FileGroup Logs { get; }

    /// <summary>Folders that could not be listed, and why; a missing home is one.</summary>
    public IReadOnlyList<InvalidFile> Unreadable { get; }

    /// <summary>Whether the walk ended at <see cref="HomeFilesOptions.MaxEntries"/>, so that the figures are too small.</summary>
    public bool IsCut { get; }

    /// <summary>Walks a home.</summary>
    /// <param name="home">The home.</param>
    /// <param name="options">The settings; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the walk within a thousand entries.</param>
    /// <returns>What is there.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public static HomeFiles Walk(RelayHome home, HomeFilesOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(home);
        options ??= new HomeFilesOptions();
        options.Validate();
        var tally = new HomeFilesTally(home, options);
        var walk = new FolderWalk(tally, options.MaxDepth, options.MaxEntries, cancellationToken);
        walk.Walk(home.Root);
        return new HomeFiles(tally, walk.IsCut);
    }
}
