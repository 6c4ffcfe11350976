using System.Text.Json;
using System.Text.Json.Serialization;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Relay;

/// <summary>Makes one event of three envelopes; writes timestamp, type, then what is there.</summary>
internal sealed class RelayEventConverter : JsonConverter<RelayEvent>
{
    private static readonly InstantJsonConverter Instant = new();

    public override RelayEvent? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var root = JsonElement.ParseValue(ref reader);
        if (root.ValueKind != JsonValueKind.Object)
            throw new JsonException("Expected an event object.");
        var data = Data(root);
        return new RelayEvent
        {
            Timestamp = Text(root, "timestamp") is { } stamp && Instants.TryParse(stamp, out var instant) ? instant : null,
            Type = Text(root, "type") ?? Text(root, "event_type") ?? Text(root, "event"),
            Id = Text(root, "id") ?? Text(root, "event_id"),
            Source = Text(root, "source") ?? Text(root, "master"),
            Severity = Text(root, "severity"),
            Message = Text(root, "message") ?? Text(root, "title"),
            Data = data,
            TaskId = Text(root, "task_id") ?? Text(data, "task_id"),
            WorkerId = Text(root, "worker_id") ?? Text(data, "worker_id"),
        };
    }

    public override void Write(Utf8JsonWriter writer, RelayEvent value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        if (value.Timestamp is { } timestamp)
        {
            writer.WritePropertyName("timestamp"u8);
            Instant.Write(writer, timestamp, options);
        }

        WriteText(writer, "type"u8, value.Type);
        WriteText(writer, "id"u8, value.Id);
        WriteText(writer, "severity"u8, value.Severity);
        WriteText(writer, "source"u8, value.Source);
        WriteText(writer, "message"u8, value.Message);
        WriteText(writer, "task_id"u8, value.TaskId);
        WriteText(writer, "worker_id"u8, value.WorkerId);
        if (value.Data is { ValueKind: not JsonValueKind.Undefined } data)
        {
            writer.WritePropertyName("data"u8);
            data.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
            writer.WriteString(name, value);
    }

    private static string? Text(JsonElement? element, string name)
        => element is { ValueKind: JsonValueKind.Object } parent && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? StringOf(value)
            : null;

    private static JsonElement? Data(JsonElement root)
    {
        if (!root.TryGetProperty("data", out var data) && !root.TryGetProperty("metadata", out data))
            return null;
        if (data.ValueKind == JsonValueKind.Null)
            return null;
        if (data.ValueKind != JsonValueKind.String)
            return data;
        var text = StringOf(data);
        return string.IsNullOrEmpty(text) ? null : Unescaped(text) ?? data;
    }

    /// <summary>The automation envelope holds its data as JSON escaped once more.</summary>
    private static JsonElement? Unescaped(string text)
    {
        if (text.AsSpan().TrimStart() is not ['{' or '[', ..])
            return null;
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // A lone surrogate is legal JSON that no .NET string can hold.
    private static string? StringOf(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
