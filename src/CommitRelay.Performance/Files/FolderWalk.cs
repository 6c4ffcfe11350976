using CommitRelay.Performance.Files.Unix;

namespace CommitRelay.Performance.Files;

/// <summary>
/// Goes through a tree once: every entry is looked at, no file is opened, no link is followed. What vanishes meanwhile was not there.
/// Bounded: deeper folders and further entries than allowed are told, not visited.
/// </summary>
internal sealed class FolderWalk(FolderVisitor visitor, int maxDepth, long maxEntries, CancellationToken cancellationToken)
{
    /// <summary>What relay-perf keeps for its undo lies in folders whose names begin so: no part of what a walk is about.</summary>
    private static ReadOnlySpan<byte> Kept => ".relay-perf-undo"u8;

    private long _entries;

    /// <summary>Whether the walk ended because there were more entries than allowed.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Walks from a folder, which may itself be reached through a link; one that is missing or no folder is told as unreadable.</summary>
    public void Walk(string root)
    {
        if (LinuxFolders.IsSupported)
            new LinuxFolders(this, visitor).Walk(root);
        else
            new PortableFolders(this, visitor).Walk(root, depth: 0);
    }

    /// <summary>Counts an entry. False when there have been too many.</summary>
    /// <exception cref="OperationCanceledException">The walk is to end.</exception>
    internal bool Take()
    {
        if ((++_entries & 0x3FF) == 0)
            cancellationToken.ThrowIfCancellationRequested();
        IsCut = _entries > maxEntries;
        return !IsCut;
    }

    /// <summary>Whether a folder is passed over in silence.</summary>
    internal static bool IsPassedOver(ReadOnlySpan<byte> name) => name.StartsWith(Kept);

    /// <summary>Whether folders at this depth may be entered.</summary>
    internal bool MayEnter(int depth)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return depth <= maxDepth && !IsCut;
    }
}
