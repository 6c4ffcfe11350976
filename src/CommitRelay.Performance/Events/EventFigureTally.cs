using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Events;

/// <summary>Gathers what <see cref="EventFigures"/> tell.</summary>
internal sealed class EventFigureTally
{
    private static readonly JsonPath Timestamp = "timestamp";

    private readonly EventTally _types = new(["type", "event_type", "event"]);
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

    public void Add(ReadOnlySpan<byte> json)
    {
        _count++;
        _types.Add(json);
        if (json[0] != '{' || !JsonPath.TryFind(json, Timestamp.Segments, out var start) || json[start..].StartsWith("null"u8))
            return;
        _withTimestamp++;
        if (JsonText.TryInstant(json[start..], out var instant))
            Add(instant.AddTicks(-(instant.UtcTicks % TimeSpan.TicksPerSecond)).ToUniversalTime(), json[start..]);
        else
            _unreadable++;
    }

    public EventFigures ToFigures() => new(_count, _types.Counts, new EventTimes(_withTimestamp, _unreadable, _first, _first is null ? null : JsonText.ToText(_last.AsSpan(0, _lastLength)), _earliest, _latest, _outOfOrder));

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
