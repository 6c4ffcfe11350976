using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Events;

/// <summary>Cuts the file to its last events: what stays is copied beside, made durable and renamed into place, under the lock.</summary>
internal sealed partial class EventFile
{
    public async ValueTask<long> TrimAsync(int keepLast, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(keepLast);
        return await DoLockedAsync(() => TrimLocked(keepLast), cancellationToken).ConfigureAwait(false);
    }

    private long TrimLocked(int keep)
    {
        var file = UseCurrent();
        Settle(_ring, file);
        var from = StartOfLast(keep, file.State.Length);
        if (from == 0)
            return 0;
        var copied = ReplaceByTail(file, from);

        // A writer that takes no lock may have appended to the old file until the rename.
        using var trimmed = _open(Path);
        Copy(file, copied, bytes => WriteAll(trimmed, bytes));
        return from;
    }

    /// <returns>Up to where the old file was copied.</returns>
    private long ReplaceByTail(AppendFile file, long from)
    {
        // What a killed trim left.
        SwapRecovery.Run(Path);
        using var replaced = FileSnapshot.Open(Path);
        using var draft = FileDraft.Create(Path, replaced);
        var written = 0L;
        var copied = Copy(file, from, bytes =>
        {
            RandomAccess.Write(draft.Handle, bytes, written);
            written += bytes.Length;
        });
        draft.Replace();
        return copied;
    }

    private long StartOfLast(int keep, long length)
    {
        if (keep == 0)
            return length;

        // This is the flusher's own thread, which may block.
        var last = new EventReader(Path).LastRawAsync(keep).AsTask().GetAwaiter().GetResult();
        return last.Count < keep ? 0 : last[0].Offset;
    }

    private static long Copy(AppendFile from, long offset, Action<ReadOnlySpan<byte>> to)
    {
        var buffer = new byte[256 * 1024];
        for (int read; (read = from.Read(buffer, offset)) > 0; offset += read)
            to(buffer.AsSpan(0, read));
        return offset;
    }
}
