using System.Runtime.CompilerServices;

namespace CommitRelay.Performance.Json;

/// <summary>A filter made ready: which members of the value itself it looks at, and the condition on them.</summary>
internal sealed class JsonFilterPlan
{
    private readonly JsonFilter _bound;

    public JsonFilterPlan(JsonFilter filter)
        : this(filter, new JsonMemberNames())
    {
    }

    /// <param name="filter">The condition.</param>
    /// <param name="names">Members that the caller wants too; the filter's own are added.</param>
    public JsonFilterPlan(JsonFilter filter, JsonMemberNames names)
    {
        Names = names;
        _bound = filter.Bind(names);
    }

    public JsonMemberNames Names { get; }

    public bool Matches(ReadOnlySpan<byte> json, out int unreadableInstants)
    {
        Span<int> starts = Names.Count <= 16 ? stackalloc int[Names.Count] : new int[Names.Count];
        Names.Find(json, starts);
        return Matches(json, starts, out unreadableInstants);
    }

    /// <param name="json">The bytes of the whole value.</param>
    /// <param name="starts">Where the value of each name starts; -1 for an absent one.</param>
    /// <param name="unreadableInstants">How many members compared as instants were none.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Matches(ReadOnlySpan<byte> json, ReadOnlySpan<int> starts, out int unreadableInstants)
    {
        var input = new JsonFilterInput(json, starts);
        var matches = _bound.Evaluate(ref input);
        unreadableInstants = input.UnreadableInstants;
        return matches;
    }
}
