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
