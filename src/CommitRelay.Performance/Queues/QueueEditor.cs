using System.Buffers;
using CommitRelay.Performance.Files;
using CommitRelay.Performance.Json;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Queues;

/// <summary>
/// Changes a queue file in one streaming pass: what is not asked for keeps every byte, unknown members, number spelling, key order and indentation included.
/// </summary>
/// <remarks>
/// Thread-safe; edits of one file follow one another under its <see cref="FileLock"/>, and an edit is made again when a writer that knows no lock
/// replaced the file meanwhile, so callbacks may run more than once. Readers see the old file or the new one. Durable on return.
/// Files larger than memory are no matter: memory is one buffer and the largest task (and 16 bytes a task to prioritise).
/// A file that is broken is not changed: <see cref="QueueFormatException"/>.
/// </remarks>
public partial class QueueEditor
{
    private readonly string _path;

    /// <summary>Prepares edits of a file.</summary>
    /// <param name="path">The queue file; a symbolic link is followed.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public QueueEditor(string path, QueueEditorOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _path = System.IO.Path.GetFullPath(path);
        Options = (options ?? new QueueEditorOptions()).Validated();
    }

    /// <summary>How this editor works.</summary>
    public QueueEditorOptions Options { get; }

    /// <summary>Writes the tasks' bytes anew, as a callback says.</summary>
    /// <param name="filter">Which tasks.</param>
    /// <param name="rewrite">Gets a task's bytes, valid during the call, and writes its new ones; false keeps the old ones.</param>
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <returns>How many tasks changed; 0 leaves the file alone.</returns>
    /// <exception cref="QueueFormatException">The file, or what the callback wrote, is broken; the file is unchanged.</exception>
    /// <exception cref="IOException">There is no such file, the disk is full, or the file system failed; the file is whole.</exception>
    public Task<int> RewriteAsync(JsonFilter filter, ElementRewrite rewrite, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(rewrite);
        return EditAsync((source, output, token) => Rewrite(source, output, filter, rewrite, null, token), cancellationToken);
    }

    /// <summary>Sets a member of tasks.</summary>
    /// <param name="filter">Which tasks.</param>
    /// <param name="member">Which member; made when it is missing.</param>
    /// <param name="value">Its new value as JSON, such as <c>"done"</c> with the quotes, <c>7</c> or <c>null</c>.</param>
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <returns>How many tasks changed.</returns>
    /// <exception cref="ArgumentException">The value is no JSON.</exception>
    /// <exception cref="QueueFormatException">The file is broken; it is unchanged.</exception>
    /// <exception cref="IOException">There is no such file, the disk is full, or the file system failed; the file is whole.</exception>
    public Task<int> SetAsync(JsonFilter filter, JsonPath member, string value, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(member);
        var bytes = JsonMemberEditor.Checked(value);
        return RewriteAsync(filter, (element, output) => !JsonMemberEditor.Has(element, member, bytes) && JsonMemberPatch.TrySet(element, member.Segments, bytes, create: true, output), cancellationToken);
    }

    /// <summary>Removes tasks.</summary>
    /// <param name="filter">Which tasks.</param>
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <returns>How many were removed.</returns>
    /// <exception cref="QueueFormatException">The file is broken; it is unchanged.</exception>
    /// <exception cref="IOException">There is no such file, the disk is full, or the file system failed; the file is whole.</exception>
    public Task<int> RemoveAsync(JsonFilter filter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return EditAsync((source, output, token) => Remove(source, output, filter, (_, _) => true, token), cancellationToken);
    }

    /// <summary>Adds tasks at the end of the array, in the file's own style.</summary>
    /// <param name="tasks">JSON values.</param>
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <exception cref="ArgumentException">A task is no JSON.</exception>
    /// <exception cref="QueueFormatException">The file is broken; it is unchanged.</exception>
    /// <exception cref="IOException">There is no such file, the disk is full, or the file system failed; the file is whole.</exception>
    public Task AppendAsync(IReadOnlyList<ReadOnlyMemory<byte>> tasks, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        foreach (var task in tasks)
        {
            if (JsonValidator.FirstError(task.Span) is >= 0 and var error)
                throw new ArgumentException($"A task is no valid JSON: byte {error}.", nameof(tasks));
        }

        return EditAsync((source, output, token) => Append(source, output, tasks, token), cancellationToken);
    }

    /// <summary>Takes back what the last edit with <see cref="QueueEditorOptions.KeepReplaced"/> replaced, by whomever it was made, if nobody wrote since;
    /// a second call takes that back. <see cref="KeptFile"/> does the same for any file.</summary>
    /// <param name="cancellationToken">Stops before anything happens.</param>
    /// <returns>False when there is nothing to take back: nothing was kept, or the file has changed since.</returns>
    /// <exception cref="IOException">The file system failed; the file is whole.</exception>
    public Task<bool> UndoAsync(CancellationToken cancellationToken = default)
        => KeptFile.Find(_path) is { } kept ? kept.PutBackAsync(cancellationToken) : Task.FromResult(false);

    private protected async Task<int> EditAsync(Func<FileSnapshot, SafeFileHandle, CancellationToken, int> edit, CancellationToken cancellationToken)
    {
        using var activity = Telemetry.Activities.StartActivity("queue.edit");
        using var fileLock = await AtomicFile.LockAsync(_path, cancellationToken).ConfigureAwait(false);
        var changed = 0;
        await AtomicFile.EditLockedAsync(fileLock, Run, Options.KeepReplaced, cancellationToken).ConfigureAwait(false);
        activity?.SetTag("commitrelay.queue.file", _path).SetTag("commitrelay.queue.tasks", changed);
        return changed;

        ValueTask<bool> Run(FileSnapshot source, SafeFileHandle output, CancellationToken token)
        {
            changed = edit(source, output, token);
            return ValueTask.FromResult(changed > 0);
        }
    }
}
