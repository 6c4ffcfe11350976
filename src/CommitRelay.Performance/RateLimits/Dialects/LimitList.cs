using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace CommitRelay.Performance.RateLimits.Dialects;

/// <summary>At most one reading a resource; the first one stays.</summary>
internal struct LimitList
{
    private Slots _slots;

    public int Count { get; private set; }

    public readonly bool Has(RateLimitResource resource)
    {
        for (var i = 0; i < Count; i++)
        {
            if (_slots[i].Resource == resource)
                return true;
        }

        return false;
    }

    public void Add(in RateLimitReading reading)
    {
        if (!Has(reading.Resource))
            _slots[Count++] = reading;
    }

    public readonly ImmutableArray<RateLimitReading> ToImmutableArray()
    {
        var builder = ImmutableArray.CreateBuilder<RateLimitReading>(Count);
        for (var i = 0; i < Count; i++)
            builder.Add(_slots[i]);
        return builder.MoveToImmutable();
    }

    [InlineArray(4)]
    private struct Slots
    {
        private RateLimitReading _first;
    }
}
