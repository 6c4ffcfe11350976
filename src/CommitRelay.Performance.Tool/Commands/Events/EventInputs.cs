using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary>What the event commands read from their arguments.</summary>
internal static class EventInputs
{
    /// <summary>Events of these types. The type is the first there is of three members, as real streams have it.</summary>
    public static JsonFilter OfTypes(string[] types)
    {
        if (types.Length == 0)
            return JsonFilter.Any;
        var absent = !JsonFilter.Exists("type");
        return JsonFilter.OneOf("type", types)
            | (absent & JsonFilter.OneOf("event_type", types))
            | (absent & !JsonFilter.Exists("event_type") & JsonFilter.OneOf("event", types));
    }
}
