namespace CommitRelay.Performance.Queues;

/// <summary>A task was named by its id, and several tasks of the file have that id. Nothing was changed.</summary>
public sealed class RepeatedIdException : InvalidOperationException
{
    /// <summary>Creates the exception and its message.</summary>
    /// <param name="file">The queue file.</param>
    /// <param name="id">The id.</param>
    /// <param name="byteOffsets">Where the tasks start, in bytes from 0.</param>
    public RepeatedIdException(string file, string id, IReadOnlyList<long> byteOffsets)
        : base($"{file}: {byteOffsets?.Count} tasks have the id '{id}', at bytes {string.Join(", ", byteOffsets ?? [])}; name the task by a filter that tells them apart.")
    {
        File = file;
        Id = id;
        ByteOffsets = byteOffsets ?? [];
    }

    /// <summary>The queue file.</summary>
    public string File { get; }

    /// <summary>The id that repeats.</summary>
    public string Id { get; }

    /// <summary>Where the tasks start, in bytes from 0.</summary>
    public IReadOnlyList<long> ByteOffsets { get; }
}
