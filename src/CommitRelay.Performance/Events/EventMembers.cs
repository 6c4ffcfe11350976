using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Events;

/// <summary>
/// Where the values of the members that figures are made of begin in one event; null for an absent one. Of a repeated type the last text counts, of a
/// repeated timestamp the last one.
/// </summary>
internal unsafe struct EventMembers : JsonCheck.IMemberListener
{
    private const int LongestName = 10;

    public byte* Timestamp;
    private byte* _type;
    private byte* _eventType;
    private byte* _event;

    /// <summary>The text that tells the event's type.</summary>
    public readonly byte* Type => _type != null ? _type : _eventType != null ? _eventType : _event;

    /// <summary>The members of a valid object.</summary>
    public static EventMembers Of(byte* text, int length)
    {
        var members = default(EventMembers);
        JsonMembers.Tell(text, length, ref members);
        return members;
    }

    public readonly int SlotOf(byte* name, int length) => SlotOf(JsonText.ShortName(new ReadOnlySpan<byte>(name, length), LongestName));

    public void Take(int slot, byte* value)
    {
        switch (slot)
        {
            case 0:
                Timestamp = value;
                break;
            case 1 when *value == '"':
                _type = value;
                break;
            case 2 when *value == '"':
                _eventType = value;
                break;
            case 3 when *value == '"':
                _event = value;
                break;
        }
    }

    /// <summary>Lengths are compared first: most names are none of ours.</summary>
    private static int SlotOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        9 when name.SequenceEqual("timestamp"u8) => 0,
        4 when name.SequenceEqual("type"u8) => 1,
        10 when name.SequenceEqual("event_type"u8) => 2,
        5 when name.SequenceEqual("event"u8) => 3,
        _ => -1,
    };
}
