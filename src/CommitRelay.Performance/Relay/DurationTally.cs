using System.Runtime.InteropServices;

namespace CommitRelay.Performance.Relay;

/// <summary>Sums up durations by worker type.</summary>
internal sealed class DurationTally
{
    private readonly Dictionary<string, DurationSummary> _byType = new(StringComparer.Ordinal);

    public DurationSummary Total { get; private set; }

    public IReadOnlyDictionary<string, DurationSummary> ByType => _byType;

    public void Add(string type, long seconds) => Add(type, new DurationSummary(1, seconds, seconds, seconds));

    public void Add(DurationTally other)
    {
        foreach (var (type, durations) in other._byType)
            Add(type, durations);
    }

    private void Add(string type, DurationSummary durations)
    {
        Total = Total.With(durations);
        ref var ofType = ref CollectionsMarshal.GetValueRefOrAddDefault(_byType, type, out _);
        ofType = ofType.With(durations);
    }
}
