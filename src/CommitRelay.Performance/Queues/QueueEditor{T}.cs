using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>A <see cref="QueueEditor"/> that changes tasks as objects. Only the members that a change concerns are written; what T does not know stays.</summary>
/// <typeparam name="T">The task.</typeparam>
public sealed class QueueEditor<T> : QueueEditor
{
    private readonly JsonTypeInfo<T> _typeInfo;

    /// <summary>Prepares edits of a file.</summary>
    /// <param name="path">The queue file; a symbolic link is followed.</param>
    /// <param name="typeInfo">How to read and write a task, usually from a source-generated context.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public QueueEditor(string path, JsonTypeInfo<T> typeInfo, QueueEditorOptions? options = null)
        : base(path, options)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        _typeInfo = typeInfo;
    }

    /// <summary>Changes tasks.</summary>
    /// <param name="filter">Which tasks.</param>
    /// <param name="update">Gets a task and returns what it should be: the same object, changed, or another. May be called more than once.</param>
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <returns>How many tasks changed; 0 leaves the file alone.</returns>
    /// <exception cref="JsonException">A task cannot be read as T; the file is unchanged.</exception>
    /// <exception cref="QueueFormatException">The file is broken; it is unchanged.</exception>
    /// <exception cref="IOException">There is no such file, the disk is full, or the file system failed; the file is whole.</exception>
    public Task<int> UpdateAsync(JsonFilter filter, Func<T, T> update, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(update);
        return RewriteAsync(filter, (element, output) => Update(element, update, output), cancellationToken);
    }

    /// <summary>Changes the one task with an id.</summary>
    /// <param name="id">The task's id.</param>
    /// <param name="update">Gets the task and returns what it should be. May be called more than once.</param>
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <returns>False when nothing changed.</returns>
    /// <exception cref="KeyNotFoundException">No task has the id.</exception>
    /// <exception cref="RepeatedIdException">Several have; nothing was changed.</exception>
    /// <exception cref="JsonException">The task cannot be read as T; the file is unchanged.</exception>
    /// <exception cref="QueueFormatException">The file is broken; it is unchanged.</exception>
    /// <exception cref="IOException">There is no such file, the disk is full, or the file system failed; the file is whole.</exception>
    public Task<bool> UpdateByIdAsync(string id, Func<T, T> update, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(update);
        return RewriteAsync(id, (element, output) => Update(element, update, output), cancellationToken);
    }

    /// <summary>Adds tasks at the end of the array, in the file's own style.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <exception cref="QueueFormatException">The file is broken; it is unchanged.</exception>
    /// <exception cref="IOException">There is no such file, the disk is full, or the file system failed; the file is whole.</exception>
    public Task AppendAsync(IReadOnlyList<T> tasks, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        return AppendAsync([.. tasks.Select(task => (ReadOnlyMemory<byte>)JsonSerializer.SerializeToUtf8Bytes(task, _typeInfo))], cancellationToken);
    }

    private bool Update(ReadOnlySpan<byte> element, Func<T, T> update, System.Buffers.IBufferWriter<byte> output)
    {
        if (JsonSerializer.Deserialize(element, _typeInfo) is not { } task)
            return false;

        // Before the update: it may change the object itself.
        var before = JsonSerializer.SerializeToUtf8Bytes(task, _typeInfo);
        var after = JsonSerializer.SerializeToUtf8Bytes(update(task), _typeInfo);
        return JsonMerge.TryApply(element, before, after, output);
    }
}
