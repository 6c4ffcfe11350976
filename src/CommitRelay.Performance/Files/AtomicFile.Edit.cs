using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Files;

/// <summary>Writes the new content of a file. False when there is nothing to change. Called again when the file changed meanwhile.</summary>
internal delegate ValueTask<bool> FileRewrite(FileSnapshot source, SafeFileHandle output, CancellationToken cancellationToken);

/// <content>Reading, changing and replacing a file without losing what a stranger, who knows no lock, writes meanwhile.</content>
public static partial class AtomicFile
{
    private const int MostAttempts = 1000;
    private static readonly TimeSpan SettlePause = TimeSpan.FromMilliseconds(20);
    private const int SettlePauses = 6;

    /// <summary>
    /// Changes a file under its <see cref="FileLock"/>. The new content takes the old one's place by exchange of the two names; what came out
    /// is then compared with what was read: if a stranger replaced the file meanwhile, his version is put back and the change is made on it.
    /// Where the file system cannot exchange, the comparison comes just before the rename, and a replace between the two would be lost.
    /// </summary>
    /// <param name="path">An existing file; a symbolic link is followed, and the lock lies beside its target.</param>
    /// <param name="edit">Reads the first stream, writes the second; false leaves the file alone. May be called more than once.</param>
    /// <param name="keepReplaced">Whether the replaced file stays beside the new one for an undo: <see cref="KeptFile"/>. It takes the place of one kept before. Default false.</param>
    /// <param name="cancellationToken">Stops before the exchange; the file is then untouched.</param>
    /// <returns>True when the file was replaced.</returns>
    /// <remarks>Durable on return: one fsync of the file, one of the folder. Mode is kept, owner where the system allows.
    /// A <see cref="FormatException"/> of the callback is taken for a half-written file as long as the file still changes.</remarks>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">The disk is full or the file system failed, or strangers replaced the file a thousand times meanwhile; the file is whole.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static async Task<bool> EditAsync(string path, Func<Stream, Stream, CancellationToken, Task<bool>> edit, bool keepReplaced = false, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(edit);
        using var fileLock = await LockAsync(path, cancellationToken).ConfigureAwait(false);
        return await EditLockedAsync(fileLock, RewriteStreams, keepReplaced, cancellationToken).ConfigureAwait(false) is not null;

        async ValueTask<bool> RewriteStreams(FileSnapshot source, SafeFileHandle output, CancellationToken token)
        {
            // The streams do not own the handles: the identity of what was read is compared after them.
            var input = new HandleStream(source.Handle);
            await using var inputOwner = input.ConfigureAwait(false);
            var result = new BufferedStream(new HandleStream(output), 64 * 1024);
            await using var resultOwner = result.ConfigureAwait(false);
            return await edit(input, result, token).ConfigureAwait(false);
        }
    }

    /// <summary>Takes the lock of the file a path leads to, and clears away what a holder who died in a swap has left.</summary>
    internal static async ValueTask<FileLock> LockAsync(string path, CancellationToken cancellationToken)
    {
        var target = ResolveLink(Path.GetFullPath(path));
        var fileLock = await FileLock.AcquireAsync(target, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        try
        {
            if (fileLock.PredecessorDied)
            {
                SwapRecovery.Run(target);
                fileLock.ForgetPredecessor();
            }

            return fileLock;
        }
        catch
        {
            fileLock.Dispose();
            throw;
        }
    }

    /// <summary>The edit itself, by the holder of the lock.</summary>
    /// <returns>The identity of the new file; null when there was nothing to change.</returns>
    internal static async ValueTask<FileIdentity?> EditLockedAsync(FileLock held, FileRewrite rewrite, bool keepReplaced, CancellationToken cancellationToken)
    {
        var target = held.FilePath;
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var source = await OpenSettledAsync(target, cancellationToken).ConfigureAwait(false);
            try
            {
                using var draft = FileDraft.Create(target, source);
                if (!await rewrite(source, draft.Handle, cancellationToken).ConfigureAwait(false))
                    return null;
                cancellationToken.ThrowIfCancellationRequested();
                if (source.IsUnchanged && draft.TryReplace(source.Identity, keepReplaced))
                    return draft.Identity;
            }
            catch (FormatException) when (!cancellationToken.IsCancellationRequested)
            {
                if (!await HasChangedAsync(target, source.Identity, cancellationToken).ConfigureAwait(false))
                    throw;
            }
            catch (FileNotFoundException) when (attempt < MostAttempts - 1)
            {
                // Gone between reading and exchange: the next opening waits for it, and says so if it stays away.
            }
        }

        throw new IOException($"{target}: others replaced the file {MostAttempts} times while it was being edited");
    }

    /// <summary>A replacing mv across file systems removes the file for a moment; so an absence counts once it lasts.</summary>
    internal static async ValueTask<FileSnapshot> OpenSettledAsync(string path, CancellationToken cancellationToken)
    {
        for (var pause = 0; ; pause++)
        {
            try
            {
                return FileSnapshot.Open(path);
            }
            catch (FileNotFoundException) when (pause < SettlePauses)
            {
                await Task.Delay(SettlePause, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Whether a file that could not be read is still being written: waits until it differs from what was read and has come to rest.</summary>
    internal static async ValueTask<bool> HasChangedAsync(string path, FileIdentity read, CancellationToken cancellationToken)
    {
        var changed = false;
        var last = read;
        for (var quiet = 0; quiet < SettlePauses;)
        {
            await Task.Delay(SettlePause, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            var now = FileIdentity.At(path) ?? default;
            if (now == last)
            {
                quiet++;
                if (changed && quiet > 1)
                    return true;
                continue;
            }

            (last, changed, quiet) = (now, true, 0);
        }

        return changed;
    }
}
