namespace CommitRelay.Performance.Events;

/// <summary>The rolled parts of an event file, for upkeep by hand; an <see cref="EventWriter"/> does the same by its <see cref="EventRollOptions"/>.</summary>
public static class RolledParts
{
    /// <summary>The rolled parts, oldest first: ours, and those that other programs and people left beside the file or in its archive folders.</summary>
    /// <param name="path">The event file.</param>
    /// <param name="archiveFolder">Where parts lie, as <see cref="EventRollOptions.ArchiveFolder"/>; null for beside the file.</param>
    /// <returns>Full paths.</returns>
    public static IReadOnlyList<string> Find(string path, string? archiveFolder = null) => [.. Of(path, archiveFolder).Select(static part => part.Path)];

    /// <summary>Compresses rolled parts (gzip): beside, fsync, a check that the part has not changed meanwhile, rename, delete.</summary>
    /// <param name="path">The event file.</param>
    /// <param name="rolledBefore">Only parts that were rolled before this.</param>
    /// <param name="archiveFolder">Where parts lie; null for beside the file.</param>
    /// <param name="cancellationToken">Ends the work; the part at hand stays as it is.</param>
    /// <returns>The parts that were compressed, each with its size before and after. One that changed meanwhile, or is being compressed by another process, is left out.</returns>
    /// <exception cref="IOException">A part cannot be read or written; it stays as it is.</exception>
    public static IReadOnlyList<PackedPart> Compress(string path, DateTimeOffset rolledBefore, string? archiveFolder = null, CancellationToken cancellationToken = default)
    {
        var packed = new List<PackedPart>();
        foreach (var part in Of(path, archiveFolder))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!part.IsCompressed && part.Time < rolledBefore && EventPacker.Pack(part.Path, cancellationToken))
                packed.Add(new PackedPart(part.Path, part.Length, new FileInfo(part.Path + EventArchive.Compressed).Length));
        }

        return packed;
    }

    /// <summary>The parts that <see cref="Compress"/> would take.</summary>
    /// <param name="path">The event file.</param>
    /// <param name="rolledBefore">Only parts that were rolled before this.</param>
    /// <param name="archiveFolder">Where parts lie; null for beside the file.</param>
    /// <returns>Full paths.</returns>
    public static IReadOnlyList<string> FindUncompressed(string path, DateTimeOffset rolledBefore, string? archiveFolder = null)
        => [.. Of(path, archiveFolder).Where(part => !part.IsCompressed && part.Time < rolledBefore).Select(static part => part.Path)];

    private static List<EventArchive> Of(string path, string? archiveFolder)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var full = System.IO.Path.GetFullPath(path);
        return EventArchives.Find(full, archiveFolder is null ? null : System.IO.Path.GetFullPath(archiveFolder, System.IO.Path.GetDirectoryName(full)!));
    }
}

/// <summary>A rolled part that was compressed.</summary>
/// <param name="Path">Where it lay; it lies there now with <c>.gz</c> behind its name.</param>
/// <param name="Bytes">Its size before.</param>
/// <param name="CompressedBytes">Its size now.</param>
public readonly record struct PackedPart(string Path, long Bytes, long CompressedBytes);
