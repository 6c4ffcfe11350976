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
        _status.Add(TaskMembers.Value(members.Status, end));
        _priority.Add(TaskMembers.Value(members.Priority, end));
        _type.Add(TaskMembers.Value(members.Type, end));
        if (JsonText.TryRawText(TaskMembers.Value(members.Id, end), out var id) || JsonText.TryRawText(TaskMembers.Value(members.TaskId, end), out id))
            _ids.Add(id);
        var nested = TaskMembers.Value(members.Tasks, end);
        return !nested.IsEmpty && nested[0] == '[' ? nested : default;
    }

    /// <summary>Adds what another one has counted, of tasks that follow.</summary>
    public void Add(TaskTally other)
    {
        Tasks += other.Tasks;
        _status.Add(other._status);
        _priority.Add(other._priority);
        _type.Add(other._type);
        _ids.Add(other._ids);
    }

    public QueueFigures ToFigures() => new(Tasks, _status.ToCounts(), _priority.ToCounts(), _type.ToCounts(), _ids.ToRepeated());
}
