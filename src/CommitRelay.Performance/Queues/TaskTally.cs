using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>Gathers what <see cref="QueueFigures"/> tell.</summary>
internal sealed unsafe class TaskTally
{
    private readonly TextTally _status = new();
    private readonly TextTally _priority = new();
    private readonly TextTally _type = new();
    private readonly RepeatedTexts _ids = new();

    public long Tasks { get; private set; }

    /// <summary>The figures of an array of tasks in memory, which is valid.</summary>
    public static QueueFigures OfArray(ReadOnlySpan<byte> array)
    {
        var tally = new TaskTally();
        fixed (byte* text = array)
        {
            for (var at = JsonText.SkipBlanks(array, 1); at < array.Length && array[at] != ']'; at = JsonText.SkipBlanks(array, array[at] == ',' ? at + 1 : at))
            {
                var end = JsonText.SkipValue(array, at);
                tally.Add(TaskMembers.Of(text + at, end - at), text + end);
                at = JsonText.SkipBlanks(array, end);
            }
        }

        return tally.ToFigures();
    }

    /// <summary>Counts one task.</summary>
    /// <param name="members">Its members.</param>
    /// <param name="end">Behind the task.</param>
    /// <returns>The task's own array of tasks; empty when it has none.</returns>
    public ReadOnlySpan<byte> Add(in TaskMembers members, byte* end)
    {
        Tasks++;
        _status.Add(From(members.Status, end));
        _priority.Add(From(members.Priority, end));
        _type.Add(From(members.Type, end));
        if (JsonText.TryRawText(From(members.Id, end), out var id) || JsonText.TryRawText(From(members.TaskId, end), out id))
            _ids.Add(id);
        return members.Tasks != null && *members.Tasks == '[' ? From(members.Tasks, end) : default;
    }

    /// <summary>Takes over what another one has counted, which is not used again.</summary>
    public void Take(TaskTally other)
    {
        Tasks += other.Tasks;
        _status.Add(other._status);
        _priority.Add(other._priority);
        _type.Add(other._type);
        _ids.Take(other._ids);
    }

    public QueueFigures ToFigures() => new(Tasks, _status.ToCounts(), _priority.ToCounts(), _type.ToCounts(), _ids.ToRepeated());

    /// <summary>A value, and what follows it in the task; empty when it is absent.</summary>
    private static ReadOnlySpan<byte> From(byte* value, byte* end) => value == null ? default : new ReadOnlySpan<byte>(value, (int)(end - value));
}
