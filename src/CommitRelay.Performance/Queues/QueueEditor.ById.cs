using System.Buffers;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <content>Tasks named by their id.</content>
public partial class QueueEditor
{
    /// <summary>Sets a member of the one task with an id.</summary>
    /// <param name="id">The task's id.</param>
    /// <param name="member">Which member; made when it is missing.</param>
    /// <param name="value">Its new value as JSON, such as <c>"done"</c> with the quotes, <c>7</c> or <c>null</c>.</param>
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <returns>False when the member had that value already.</returns>
    /// <exception cref="KeyNotFoundException">No task has the id.</exception>
    /// <exception cref="RepeatedIdException">Several have; nothing was changed.</exception>
    /// <exception cref="ArgumentException">The value is no JSON.</exception>
    /// <exception cref="QueueFormatException">The file is broken; it is unchanged.</exception>
    /// <exception cref="IOException">There is no such file, the disk is full, or the file system failed; the file is whole.</exception>
    public Task<bool> SetByIdAsync(string id, JsonPath member, string value, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(member);
        var bytes = JsonMemberEditor.Checked(value);
        return RewriteAsync(id, (element, output) => !JsonMemberEditor.Has(element, member, bytes) && JsonMemberPatch.TrySet(element, member.Segments, bytes, create: true, output), cancellationToken);
    }

    /// <summary>Sets several members of the one task with an id, all in one replacement of the file.</summary>
    /// <param name="id">The task's id.</param>
    /// <param name="members">Which members, and their new values as JSON; made where they are missing.</param>
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <returns>False when all members had these values already.</returns>
    /// <exception cref="KeyNotFoundException">No task has the id.</exception>
    /// <exception cref="RepeatedIdException">Several have; nothing was changed.</exception>
    /// <exception cref="ArgumentException">A value is no JSON.</exception>
    /// <exception cref="QueueFormatException">The file is broken; it is unchanged.</exception>
    /// <exception cref="IOException">There is no such file, the disk is full, or the file system failed; the file is whole.</exception>
    public Task<bool> SetMembersByIdAsync(string id, IReadOnlyList<KeyValuePair<JsonPath, string>> members, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(members);
        var values = members.Select(static member => (Path: member.Key, Value: JsonMemberEditor.Checked(member.Value))).ToArray();
        return RewriteAsync(id, (element, output) =>
        {
            var task = element;
            foreach (var (path, value) in values)
            {
                var next = new ArrayBufferWriter<byte>(task.Length + value.Length + 64);
                if (!JsonMemberEditor.Has(task, path, value) && JsonMemberPatch.TrySet(task, path.Segments, value, create: true, next))
                    task = next.WrittenSpan;
            }

            if (task.SequenceEqual(element))
                return false;
            output.Write(task);
            return true;
        }, cancellationToken);
    }

    /// <summary>Removes the one task with an id.</summary>
    /// <param name="id">The task's id.</param>
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <exception cref="KeyNotFoundException">No task has the id.</exception>
    /// <exception cref="RepeatedIdException">Several have; nothing was changed.</exception>
    /// <exception cref="QueueFormatException">The file is broken; it is unchanged.</exception>
    /// <exception cref="IOException">There is no such file, the disk is full, or the file system failed; the file is whole.</exception>
    public Task RemoveByIdAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return EditAsync((source, output, token) =>
        {
            var offsets = new List<long>();
            var removed = Remove(source, output, WithId(id), (scan, _) => { offsets.Add(scan.Offset); return true; }, token);
            ThrowUnlessSingle(source.Path, id, offsets);
            return removed;
        }, cancellationToken);
    }

    private protected async Task<bool> RewriteAsync(string id, ElementRewrite rewrite, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return await EditAsync((source, output, token) => Rewrite(source, output, WithId(id), rewrite, id, token), cancellationToken).ConfigureAwait(false) > 0;
    }

    private JsonFilter WithId(string id) => JsonFilter.EqualTo(Options.Queue.Members.Id, id);
}
