using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Files;

/// <summary>A file as it was when it was opened. The open handle keeps its bytes readable after a replace, and its inode number from recurring.</summary>
internal sealed class FileSnapshot : IDisposable
{
    private int _owners = 1;

    private FileSnapshot(string path, SafeFileHandle handle, FileIdentity identity) => (Path, Handle, Identity) = (path, handle, identity);

    internal string Path { get; }

    internal SafeFileHandle Handle { get; }

    /// <summary>What the file was when it was opened.</summary>
    internal FileIdentity Identity { get; }

    /// <summary>False once somebody wrote into the file itself, so that what was read may be a mixture.</summary>
    internal bool IsUnchanged => FileIdentity.Of(Handle, Path) == Identity;

    /// <exception cref="FileNotFoundException">Nothing is at the path.</exception>
    /// <exception cref="IOException">It cannot be opened, or is a pipe, socket or device.</exception>
    internal static FileSnapshot Open(string path) => new(path, SharedFile.OpenRegular(path, out var state), state.Identity);

    /// <summary>Keeps it open until one more <see cref="Dispose"/>.</summary>
    internal FileSnapshot Share()
    {
        Interlocked.Increment(ref _owners);
        return this;
    }

    public void Dispose()
    {
        if (Interlocked.Decrement(ref _owners) == 0)
            Handle.Dispose();
    }
}
