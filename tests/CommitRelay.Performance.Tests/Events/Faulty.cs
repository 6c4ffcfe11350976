using System.Text.Json;
using System.Text.Json.Serialization;

namespace CommitRelay.Performance.Tests.Events;

/// <summary>A value whose converter gives up half way.</summary>
[JsonConverter(typeof(FaultyConverter))]
public sealed record Faulty(string Text);

public sealed class FaultyConverter : JsonConverter<Faulty>
{
    public override Faulty Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, Faulty value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        throw new InvalidOperationException("half way");
    }
}

[JsonSerializable(typeof(Faulty))]
public sealed partial class FaultyContext : JsonSerializerContext;
