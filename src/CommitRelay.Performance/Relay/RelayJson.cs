using System.Text.Json.Serialization.Metadata;

namespace CommitRelay.Performance.Relay;

/// <summary>How the Commit Relay types are read and written: hand these to queue readers, event writers and JsonSerializer.</summary>
/// <remarks>Source-generated: no reflection, fit for AOT and trimming. Thread-safe.</remarks>
public static class RelayJson
{
    /// <summary>A task of the queue.</summary>
    public static JsonTypeInfo<RelayTask> Task => RelayJsonContext.Default.RelayTask;

    /// <summary>An event, of any of the three envelopes.</summary>
    public static JsonTypeInfo<RelayEvent> Event => RelayJsonContext.Default.RelayEvent;
}
