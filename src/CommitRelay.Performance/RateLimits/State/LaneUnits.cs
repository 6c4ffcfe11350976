using System.Runtime.CompilerServices;

namespace CommitRelay.Performance.RateLimits.State;

/// <summary>One number a lane: what a call takes there, or where it stands.</summary>
[InlineArray(PaceState.LaneCount)]
internal struct LaneUnits : IEquatable<LaneUnits>
{
    private double _first;

    /// <summary>What a call takes: one request, whether told of or learned, and its tokens.</summary>
    public static LaneUnits Of(in RateLimitUsage cost)
    {
        LaneUnits units = default;
        units[(int)RateLimitResource.Requests] = 1;
        units[(int)RateLimitResource.Tokens] = cost.TotalTokens;
        units[(int)RateLimitResource.InputTokens] = cost.InputTokens;
        units[(int)RateLimitResource.OutputTokens] = cost.OutputTokens;
        units[PaceState.Learned] = 1;
        return units;
    }

    // The default of an inline array throws, and tickets are compared by value.
    public readonly bool Equals(LaneUnits other) => ((ReadOnlySpan<double>)this).SequenceEqual(other);

    public override readonly bool Equals(object? obj) => obj is LaneUnits other && Equals(other);

    public override readonly int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var unit in this)
            hash.Add(unit);
        return hash.ToHashCode();
    }
}
