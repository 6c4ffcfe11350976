using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Events;

/// <summary>Gathers what <see cref="EventFigures"/> tell.</summary>
internal sealed unsafe class EventFigureTally
{
    private readonly JsonPattern<EventMembers> _check = new();
    private readonly EventTally _types = new([]);
    private long _count;
    private long _withTimestamp;
    private long _unreadable;
    private long _outOfOrder;
    private string? _first;
    private byte[] _last = [];
    private int _lastLength;
    private DateTimeOffset? _previous;
    private DateTimeOffset? _earliest;
    private DateTimeOffset? _latest;

    /// <summary>Checks and counts in one pass. False, and not counted, when the text is not one whole object, or hard to tell. <see cref="JsonCheck.Slack"/> bytes behind it must be readable.</summary>
    public bool TryAdd(ReadOnlySpan<byte> json)
    {
        if (json[0] != '{' || !JsonCheck.IsSupported)
            return false;
        fixed (byte* text = json)
        {
            var end = text + json.Length;
            var members = default(EventMembers);
            if (_check.SkipValue(text, end, ref members) != end)
                return false;
            Add(members, end);
            return true;
        }
    }

    /// <summary>Counts a valid value.</summary>
    public void Add(ReadOnlySpan<byte> json)
    {
        fixed (byte* text = json)
        {
            if (*text == '{')
                Add(EventMembers.Of(text, json.Length), text + json.Length);
            else
                _count++;
        }
    }

    public EventFigures ToFigures() => new(_count, _types.Counts, new EventTimes(_withTimestamp, _unreadable, _first, _first is null ? null : JsonText.ToText(_last.AsSpan(0, _lastLength)), _earliest, _latest, _outOfOrder));

    private void Add(in EventMembers members, byte* end)
    {
        _count++;
        JsonText.TryRawText(From(members.Type, end), out var type);
        _types.Count(type);
        var timestamp = From(members.Timestamp, end);
        if (timestamp.IsEmpty || timestamp.StartsWith("null"u8))
            return;
        _withTimestamp++;
        if (JsonText.TryInstant(timestamp, out var instant))
            Add(instant.AddTicks(-(instant.UtcTicks % TimeSpan.TicksPerSecond)).ToUniversalTime(), timestamp);
        else
            _unreadable++;
    }

    private static ReadOnlySpan<byte> From(byte* value, byte* end) => value == null ? default : new ReadOnlySpan<byte>(value, (int)(end - value));

    private void Add(DateTimeOffset instant, ReadOnlySpan<byte> value)
    {
        JsonText.TryRawText(value, out var raw);
        _first ??= JsonText.ToText(raw);
        if (_last.Length < raw.Length)
            _last = new byte[raw.Length];
        raw.CopyTo(_last);
        _lastLength = raw.Length;
        _outOfOrder += instant < _previous ? 1 : 0;
        _previous = instant;
        _earliest = _earliest is { } earliest && earliest <= instant ? earliest : instant;
        _latest = _latest is { } latest && latest >= instant ? latest : instant;
    }
}
