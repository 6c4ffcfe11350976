namespace CommitRelay.Performance.Files;

/// <summary>What <see cref="FolderWalk"/> tells of a tree. Names are bytes as the file system has them: UTF-8 as a rule, any bytes but '/' and NUL in fact.</summary>
internal abstract class FolderVisitor
{
    /// <summary>The walk is in a folder; what it tells next lies there.</summary>
    /// <param name="path">In full; bytes that are no UTF-8 are replaced.</param>
    /// <param name="depth">0 for the root.</param>
    public abstract void Enter(string path, int depth);

    /// <summary>A regular file.</summary>
    public abstract void File(ReadOnlySpan<byte> name, long bytes, long modifiedSeconds);

    /// <summary>A folder in the folder; the walk enters it later, unless it is too deep.</summary>
    public abstract void Folder(ReadOnlySpan<byte> name);

    /// <summary>A link, which is not followed, or a pipe, socket or device, which is not opened.</summary>
    public abstract void Other(ReadOnlySpan<byte> name, bool isLink);

    /// <summary>All entries of the folder have been told; the folders in it are entered next.</summary>
    /// <param name="folder">The folder's descriptor on Linux, for calls that cannot be led elsewhere by a link put in the way; -1 where there is none.</param>
    public virtual void Listed(int folder)
    {
    }

    /// <summary>A folder that could not be listed, or not to its end.</summary>
    public abstract void Unreadable(string path, string reason);

    /// <summary>A folder that is deeper than the walk may go.</summary>
    public virtual void TooDeep(string path)
    {
    }
}
