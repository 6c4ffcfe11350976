using CommitRelay.Performance.Files.Unix;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Files;

/// <summary>
/// Replaces whole files so that a reader, or a crash, sees the old text or the new one, never a part:
/// a temporary file beside the target, fsync, rename, fsync of the folder.
/// </summary>
/// <remarks>Thread-safe. Two writers at once: the last rename wins; take a <see cref="FileLock"/> to read, change and write.</remarks>
public static partial class AtomicFile
{
    /// <summary>Replaces a file's content, or creates the file.</summary>
    /// <param name="path">The file; a symbolic link is followed, so the link stays and its target is replaced.</param>
    /// <param name="content">The new bytes.</param>
    /// <param name="cancellationToken">Stops before the rename; the old file is then untouched.</param>
    /// <exception cref="IOException">The disk is full, the folder is missing, or the file system failed; the old file is untouched.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static Task WriteAllBytesAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
        => WriteAsync(path, (stream, token) => stream.WriteAsync(content, token).AsTask(), keepReplaced: false, cancellationToken);

    /// <summary>Replaces a file with what a callback writes.</summary>
    /// <param name="path">The file; a symbolic link is followed, so the link stays and its target is replaced.</param>
    /// <param name="write">Writes the new content; when it throws, the old file stays.</param>
    /// <param name="keepReplaced">Whether a replaced file stays beside the new one for an undo: <see cref="KeptFile"/>. It takes the place of one kept before. Default false.</param>
    /// <param name="cancellationToken">Stops before the rename; the old file is then untouched.</param>
    /// <exception cref="IOException">The disk is full, the folder is missing, or the file system failed; the old file is untouched.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static async Task WriteAsync(string path, Func<Stream, CancellationToken, Task> write, bool keepReplaced = false, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        var target = ResolveLink(Path.GetFullPath(path));
        using var replaced = File.Exists(target) ? FileSnapshot.Open(target) : null;
        using var draft = FileDraft.Create(target, replaced);
        var stream = new BufferedStream(new HandleStream(draft.Handle), 64 * 1024);
        await using (stream.ConfigureAwait(false))
            await write(stream, cancellationToken).ConfigureAwait(false);

        cancellationToken.ThrowIfCancellationRequested();
        draft.Replace(keepReplaced);
    }

    internal static string ResolveLink(string path)
    {
        // Resolving throws for a file that is not there yet; LinkTarget does not.
        var file = new FileInfo(path);
        return file.LinkTarget is null ? path : file.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;
    }

    /// <summary>Makes a rename durable. Only Unix needs it, and offers it.</summary>
    internal static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = Libc.Open(folder, Libc.Flags.ReadOnly | Libc.Flags.Directory | Libc.Flags.CloseOnExec, 0);
        if (descriptor < 0)
            throw Libc.LastError("open", folder);
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);

        // Some file systems refuse fsync of a folder; the rename itself stands.
        _ = Libc.Fsync(handle);
    }
}
