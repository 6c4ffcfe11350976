using System.Buffers;
using CommitRelay.Performance.Files;
using CommitRelay.Performance.Json;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Queues;

/// <content>Moving old tasks out of the queue file.</content>
public partial class QueueEditor
{
    /// <summary>
    /// Moves finished tasks older than an age into an archive, a task a line (JSON Lines; only line feeds and blanks between tokens are left out).
    /// The archive is durable before the queue file is replaced: a crash between the two leaves a task in both, never in none.
    /// </summary>
    /// <param name="archivePath">The archive; made when it is missing, appended to when it is there.</param>
    /// <param name="olderThan">The age, by the first readable of <see cref="QueueEditorOptions.FinishedAtMembers"/>. A task without a readable one stays.</param>
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <returns>How many were moved.</returns>
    /// <exception cref="QueueFormatException">The file is broken; it is unchanged.</exception>
    /// <exception cref="IOException">A disk is full or a file system failed; the queue file is whole.</exception>
    public Task<int> ArchiveAsync(string archivePath, TimeSpan olderThan, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(archivePath);
        ArgumentOutOfRangeException.ThrowIfLessThan(olderThan, TimeSpan.Zero);
        var finishedBefore = Options.TimeProvider.GetUtcNow() - olderThan;
        var finished = JsonFilter.OneOf(Options.Queue.Members.Status, Options.FinishedStatuses);

        // An edit that has to be made again must not archive again what it has archived.
        var archived = new HashSet<ulong>();
        return EditAsync((source, output, token) =>
        {
            var lines = new ArrayBufferWriter<byte>();
            var removed = Remove(source, output, finished, (_, element) => IsOld(element, finishedBefore) && Keep(element, lines, archived), token);
            AppendDurably(archivePath, lines.WrittenSpan);
            return removed;
        }, cancellationToken);
    }

    private bool IsOld(ReadOnlySpan<byte> element, DateTimeOffset finishedBefore)
    {
        foreach (var member in Options.FinishedAtMembers)
        {
            if (JsonPath.TryFind(element, member.Segments, out var start) && JsonText.TryInstant(element[start..], out var instant))
                return instant < finishedBefore;
        }

        return false;
    }

    private static bool Keep(ReadOnlySpan<byte> element, ArrayBufferWriter<byte> lines, HashSet<ulong> archived)
    {
        if (archived.Add(ElementHash.Of(element, [])))
        {
            JsonLayout.WriteLine(element, lines);
            lines.Write("\n"u8);
        }

        return true;
    }

    private static void AppendDurably(string path, ReadOnlySpan<byte> lines)
    {
        if (lines.IsEmpty)
            return;
        FileState.ThrowIfSpecial(path);
        using var handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
        var end = RandomAccess.GetLength(handle);
        try
        {
            // A line that a killed process left without its end must not run into the next one.
            var torn = !EndsWithLine(handle, end);
            if (torn)
                RandomAccess.Write(handle, "\n"u8, end);
            RandomAccess.Write(handle, lines, torn ? end + 1 : end);
        }
        catch (IOException)
        {
            RandomAccess.SetLength(handle, end);
            throw;
        }

        RandomAccess.FlushToDisk(handle);
        if (end == 0)
            AtomicFile.FlushFolder(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
    }

    private static bool EndsWithLine(SafeFileHandle handle, long length)
    {
        Span<byte> last = stackalloc byte[1];
        return length == 0 || RandomAccess.Read(handle, last, length - 1) == 0 || last[0] == (byte)'\n';
    }
}
