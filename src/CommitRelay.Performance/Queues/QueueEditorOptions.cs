using CommitRelay.Performance.Files;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>How queue files are changed.</summary>
public sealed record QueueEditorOptions
{
    /// <summary>Where the tasks are, what their members are called, and the order of priorities. Faults of the text are thrown, whatever its policy says:
    /// a broken file is not changed. Default: the defaults of <see cref="QueueReaderOptions"/>.</summary>
    public QueueReaderOptions Queue { get; init; } = new();

    /// <summary>
    /// True: what an edit replaced stays beside the file, without a copy, for <see cref="QueueEditor.UndoAsync"/> of this or another process (<see cref="KeptFile"/>).
    /// Default false.
    /// </summary>
    public bool KeepReplaced { get; init; }

    /// <summary>Statuses that <see cref="QueueEditor.ArchiveAsync"/> takes for finished. Default completed, failed, cancelled.</summary>
    public IReadOnlyList<string> FinishedStatuses { get; init; } = ["completed", "failed", "cancelled"];

    /// <summary>Members that say when a task was finished: the first that holds a readable instant counts. Default completed_at, updated_at, created_at.</summary>
    public IReadOnlyList<JsonPath> FinishedAtMembers { get; init; } = ["completed_at", "updated_at", "created_at"];

    /// <summary>The clock that ages are measured by. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal QueueEditorOptions Validated()
    {
        ArgumentNullException.ThrowIfNull(Queue);
        ArgumentNullException.ThrowIfNull(FinishedStatuses);
        ArgumentNullException.ThrowIfNull(FinishedAtMembers);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        if (Queue.Shape == QueueShape.JsonLines)
            throw new ArgumentException($"{nameof(Queue)}.{nameof(QueueReaderOptions.Shape)} is {QueueShape.JsonLines}; only arrays of tasks can be edited.");
        return this with { Queue = (Queue with { OnMalformed = null }).Validated() };
    }
}
