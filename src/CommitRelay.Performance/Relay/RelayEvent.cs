using System.Text.Json;
using System.Text.Json.Serialization;

namespace CommitRelay.Performance.Relay;

/// <summary>
/// One event, read from any of the three envelopes of real event files and written in one:
/// short (timestamp, type, data object), automation (id, timestamp, type, data as escaped text, source),
/// free (timestamp, event_type or event, severity, master or source, title, message, metadata).
/// </summary>
/// <remarks>Immutable. Serialise with <see cref="RelayJson"/>. Members beyond these are not kept; read the raw bytes where they matter.</remarks>
[JsonConverter(typeof(RelayEventConverter))]
public sealed record RelayEvent
{
    /// <summary>When; null when absent or unreadable.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>What happened: the first that is a text of <c>type</c>, <c>event_type</c>, <c>event</c>; null when none is.</summary>
    public string? Type { get; init; }

    /// <summary>The id; ids repeat in real files.</summary>
    public string? Id { get; init; }

    /// <summary>Who said it: <c>source</c>, else <c>master</c>.</summary>
    public string? Source { get; init; }

    /// <summary>"info", "warning", "error", "critical"; free text.</summary>
    public string? Severity { get; init; }

    /// <summary>The text for people: <c>message</c>, else <c>title</c>.</summary>
    public string? Message { get; init; }

    /// <summary>The particulars: <c>data</c>, else <c>metadata</c>. A text that itself is a JSON object or array is taken as that; an empty text as null.</summary>
    public JsonElement? Data { get; init; }

    /// <summary>The task it is about: <c>task_id</c> of the event or of its data; null when there is none.</summary>
    public string? TaskId { get; init; }

    /// <summary>The worker it is about: <c>worker_id</c> of the event or of its data; null when there is none.</summary>
    public string? WorkerId { get; init; }
}
