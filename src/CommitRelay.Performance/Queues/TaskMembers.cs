using System.Text;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>
/// Where the names of the members that figures are made of end in one task: behind the closing quote, the value being looked for only once the whole task is
/// known to be valid. Null for an absent one; of a repeated member the last one counts.
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

    public static bool Wants(byte* name, int length)
    {
        var members = default(TaskMembers);
        members.Take(name, length);
        return members.Id != null || members.TaskId != null || members.Status != null || members.Priority != null || members.Type != null || members.Tasks != null;
    }

    /// <summary>The members of a valid value.</summary>
    public static TaskMembers Of(byte* text, int length)
    {
        var members = default(TaskMembers);
        var walk = new JsonMembers(new ReadOnlySpan<byte>(text, length));
        while (walk.MoveNext())
            members.Take(text + walk.NameStart + 1, walk.RawName.Length);
        return members;
    }

    /// <summary>The value of a member, and what follows it up to <paramref name="end"/>; empty when it is absent.</summary>
    public static ReadOnlySpan<byte> Value(byte* nameEnd, byte* end)
    {
        if (nameEnd == null)
            return default;
        var rest = new ReadOnlySpan<byte>(nameEnd, (int)(end - nameEnd));
        var colon = JsonText.SkipBlanks(rest, 0);
        return rest[JsonText.SkipBlanks(rest, colon + 1)..];
    }

    public void Take(byte* name, int length)
    {
        var raw = new ReadOnlySpan<byte>(name, length);
        if (length <= LongestName)
            Note(raw, name + length + 1);
        if (length > 6 && raw.Contains((byte)'\\'))
            TakeEscaped(raw, name + length + 1);
    }

    /// <summary>Lengths are compared first: most names are none of ours.</summary>
    private void Note(ReadOnlySpan<byte> name, byte* behind)
    {
        switch (name.Length)
        {
            case 2 when name.SequenceEqual("id"u8):
                Id = behind;
                break;
            case 4 when name.SequenceEqual("type"u8):
                Type = behind;
                break;
            case 5 when name.SequenceEqual("tasks"u8):
                Tasks = behind;
                break;
            case 6 when name.SequenceEqual("status"u8):
                Status = behind;
                break;
            case 7 when name.SequenceEqual("task_id"u8):
                TaskId = behind;
                break;
            case 8 when name.SequenceEqual("priority"u8):
                Priority = behind;
                break;
        }
    }

    private void TakeEscaped(ReadOnlySpan<byte> raw, byte* behind)
    {
        if (raw.Length <= 6 * LongestName && JsonText.ToText(raw) is { Length: <= LongestName } name)
            Note(Encoding.UTF8.GetBytes(name), behind);
    }
}
