using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using CommitRelay.Performance.RateLimits.State;

namespace CommitRelay.Performance.RateLimits;

/// <summary>One pacer a scope in this process, whatever the number of clients; apart for each clock, so that tests do not meet.</summary>
internal static class PacerRegistry
{
    private static readonly ConditionalWeakTable<TimeProvider, ConcurrentDictionary<string, Pacer>> Pacers = [];

    /// <summary>The pacer of a scope; the settings of the first who asks are used.</summary>
    public static Pacer Get(string scope, RateLimitSharing sharing, PaceSettings settings, TimeProvider time)
        => Pacers.GetOrCreateValue(time).GetOrAdd($"{sharing} {scope}", static (_, arguments)
            => new Pacer(arguments.scope, CreateState(arguments.settings, arguments.time), arguments.time), (scope, settings, time));

    private static InProcessRateLimitState CreateState(PaceSettings settings, TimeProvider time) => new(settings, time);
}
