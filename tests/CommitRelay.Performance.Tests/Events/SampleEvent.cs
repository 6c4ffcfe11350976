using System.Text.Json.Serialization;

namespace CommitRelay.Performance.Tests.Events;

/// <summary>An event as a producer numbers it: what came of it can be checked from the file alone.</summary>
public sealed record SampleEvent(string Type, int Producer, int Number, string Text = "");

[JsonSerializable(typeof(SampleEvent))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
public sealed partial class SampleContext : JsonSerializerContext;
