using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>
/// Where the values of the members that figures are made of begin in one task; what they are is looked for only once the whole task is known to be valid.
/// Null for an absent one; of a repeated member the last one counts.
/// </summary>
internal unsafe struct TaskMembers : JsonCheck.IMemberListener
{
    private const int LongestName = 8;

    public byte* Id;
    public byte* TaskId;
    public byte* Status;
    public byte* Priority;
    public byte* Type;
    public byte* Tasks;

    /// <summary>The members of a valid value.</summary>
    public static TaskMembers Of(byte* text, int length)
    {
        var members = default(TaskMembers);
        JsonMembers.Tell(text, length, ref members);
        return members;
    }

    public readonly int SlotOf(byte* name, int length) => SlotOf(JsonText.ShortName(new ReadOnlySpan<byte>(name, length), LongestName));

    public void Take(int slot, byte* value)
    {
        switch (slot)
        {
            case 0:
                Id = value;
                break;
            case 1:
                TaskId = value;
                break;
            case 2:
                Status = value;
                break;
            case 3:
                Priority = value;
                break;
            case 4:
                Type = value;
                break;
            case 5:
                Tasks = value;
                break;
        }
    }

    /// <summary>Lengths are compared first: most names are none of ours.</summary>
    private static int SlotOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 when name.SequenceEqual("id"u8) => 0,
        7 when name.SequenceEqual("task_id"u8) => 1,
        6 when name.SequenceEqual("status"u8) => 2,
        8 when name.SequenceEqual("priority"u8) => 3,
        4 when name.SequenceEqual("type"u8) => 4,
        5 when name.SequenceEqual("tasks"u8) => 5,
        _ => -1,
    };
}
