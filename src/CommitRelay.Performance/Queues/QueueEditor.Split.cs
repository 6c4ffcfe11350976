using System.Globalization;
using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Queues;

/// <content>Cutting a queue file into several.</content>
public partial class QueueEditor
{
    /// <summary>
    /// Writes the tasks into several files, in their order: <c>&lt;name&gt;.0001.json</c> and so on, each a queue file with everything that stands around the tasks.
    /// The queue file itself stays.
    /// </summary>
    /// <param name="folder">Where; it must exist. Files of these names are replaced.</param>
    /// <param name="maxTasks">The most tasks of a file, at least 1.</param>
    /// <param name="maxBytes">The most bytes of a file; a task that is larger by itself gets its own. Default: no limit.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <returns>The files' paths; one file when there are no tasks.</returns>
    /// <exception cref="QueueFormatException">The file is broken; files written before the fault stay.</exception>
    /// <exception cref="IOException">There is no such file, the disk is full, or the file system failed.</exception>
    public async Task<IReadOnlyList<string>> SplitAsync(string folder, int maxTasks = int.MaxValue, long maxBytes = long.MaxValue, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTasks, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        using var source = await AtomicFile.OpenSettledAsync(AtomicFile.ResolveLink(_path), cancellationToken).ConfigureAwait(false);
        var parts = FindParts(source, maxTasks, maxBytes);
        var files = new List<string>();
        foreach (var part in parts)
        {
            var name = $"{System.IO.Path.GetFileNameWithoutExtension(_path)}.{(files.Count + 1).ToString("0000", CultureInfo.InvariantCulture)}.json";
            files.Add(System.IO.Path.Combine(folder, name));
            using var draft = FileDraft.Create(System.IO.Path.GetFullPath(files[^1]), source);
            using (var copy = new PatchedCopy(source.Handle, draft.Handle, cancellationToken))
            {
                copy.Leave(parts[0].Start, part.Start);
                copy.Leave(part.End, parts[^1].End);
                Finish(source, copy, 1);
            }

            draft.Replace();
        }

        return files;
    }

    private List<(long Start, long End)> FindParts(FileSnapshot source, int maxTasks, long maxBytes)
    {
        var parts = new List<(long Start, long End)>();
        var tasks = 0;
        using var scan = new ElementScan(source, Options.Queue);
        while (scan.MoveNext())
        {
            // What stands around the tasks counts too: what was before the first one, and, roughly, as much behind.
            var around = parts.Count == 0 ? scan.Offset : parts[0].Start;
            if (parts.Count == 0 || tasks == maxTasks || scan.End - parts[^1].Start + around > maxBytes)
            {
                parts.Add((scan.Offset, scan.End));
                tasks = 0;
            }

            parts[^1] = (parts[^1].Start, scan.End);
            tasks++;
        }

        if (parts.Count == 0)
            parts.Add((0, 0));
        return parts;
    }
}
