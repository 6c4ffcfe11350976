using System.Text.Json.Serialization;

namespace CommitRelay.Performance.Relay;

/// <summary>The source-generated serialisers of the Commit Relay types: no reflection, fit for AOT and trimming. Seen from outside through <see cref="RelayJson"/>.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(TolerantTextConverter)])]
[JsonSerializable(typeof(RelayTask))]
[JsonSerializable(typeof(RelayEvent))]
internal sealed partial class RelayJsonContext : JsonSerializerContext;
