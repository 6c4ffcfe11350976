using System.Text.Json;
using System.Text.Json.Serialization;

namespace CommitRelay.Performance.Json;

/// <summary>
/// Lets a member of type <see cref="DateTimeOffset"/> be read in every dialect of <see cref="Instants"/> (System.Text.Json itself refuses <c>-0600</c>).
/// Writes UTC with <c>Z</c>. Put it on a member or a source-generation context by <see cref="JsonConverterAttribute"/>.
/// </summary>
public sealed class InstantJsonConverter : JsonConverter<DateTimeOffset>
{
    /// <inheritdoc/>
    /// <exception cref="JsonException">The value is no text, or no instant.</exception>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            if (!reader.HasValueSequence && !reader.ValueIsEscaped && Instants.TryParse(reader.ValueSpan, out var instant))
                return instant;
            if (Instants.TryParse(reader.GetString(), out instant))
                return instant;
        }

        throw new JsonException("Expected an instant such as 2025-11-21T10:23:31Z or 2025-11-21T10:23:31-0600.");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        Span<byte> text = stackalloc byte[40];
        writer.WriteStringValue(text[..Instants.Format(value, text)]);
    }
}
