using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using CommitRelay.Performance.Probes;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary>A measured value and its unit, or why there is none.</summary>
[JsonConverter(typeof(ReadingAnswerConverter))]
internal sealed record ReadingAnswer(double? Number, string? Word, string Unit, string? Unknown)
{
    public static ReadingAnswer Of<T>(Reading<T> reading)
        where T : struct
        => !reading.TryGet(out var value) ? new(null, null, reading.Unit, reading.UnknownBecause)
            : value is Enum ? new(null, JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()!), reading.Unit, null)
            : new(Convert.ToDouble(value, CultureInfo.InvariantCulture), null, reading.Unit, null);

    /// <summary>For people.</summary>
    public override string ToString() => Unknown is not null ? $"unknown: {Unknown}" : Word ?? Unit switch
    {
        Units.Bytes => Format.Bytes(Number!.Value),
        Units.BytesPerSecond => Format.Bytes(Number!.Value) + "/s",
        Units.Ratio => Format.Percent(Number!.Value),
        Units.Seconds => Format.Seconds(Number!.Value),
        _ => Format.Number(Number!.Value),
    };
}

internal sealed class ReadingAnswerConverter : JsonConverter<ReadingAnswer>
{
    public override ReadingAnswer Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        // An earlier diagnosis, for a comparison.
        using var read = JsonDocument.ParseValue(ref reader);
        var root = read.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
            throw new JsonException("a reading is an object.");
        if (root.TryGetProperty("unknown", out var reason))
            return new(null, null, "", reason.GetString());
        var value = root.GetProperty("value");
        var unit = root.GetProperty("unit").GetString()!;
        return value.ValueKind == JsonValueKind.Number ? new(value.GetDouble(), null, unit, null) : new(null, value.GetString(), unit, null);
    }

    public override void Write(Utf8JsonWriter writer, ReadingAnswer value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        if (value.Unknown is { } reason)
        {
            writer.WriteString("unknown"u8, reason);
        }
        else
        {
            if (value.Word is { } word)
                writer.WriteString("value"u8, word);
            else if (value.Number is { } number && number == Math.Floor(number) && Math.Abs(number) < 1L << 53)
                writer.WriteNumber("value"u8, (long)number);
            else
                writer.WriteNumber("value"u8, value.Number!.Value);
            writer.WriteString("unit"u8, value.Unit);
        }

        writer.WriteEndObject();
    }
}
