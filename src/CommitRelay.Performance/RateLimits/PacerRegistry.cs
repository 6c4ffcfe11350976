using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using CommitRelay.Performance.RateLimits.State;

namespace CommitRelay.Performance.RateLimits;

/// <summary>One pacer a scope in this process, whatever the number of clients; apart for each clock, so that tests do not meet.</summary>
internal static class PacerRegistry
{
    private static readonly ConditionalWeakTable<TimeProvider, ConcurrentDictionary<string, Lazy<Pacer>>> Pacers = [];

    /// <summary>The pacer of a scope; the settings of the first who asks are used.</summary>
    public static Pacer Get(string scope, RateLimitSharing sharing, PaceSettings settings, TimeProvider time)
        => Pacers.GetOrCreateValue(time).GetOrAdd($"{sharing} {scope}", static (_, asked)
            => new Lazy<Pacer>(() => new Pacer(asked.scope, CreateState(asked.scope, asked.sharing, asked.settings, asked.time), asked.time)), (scope, sharing, settings, time)).Value;

    private static IRateLimitState CreateState(string scope, RateLimitSharing sharing, PaceSettings settings, TimeProvider time)
        => sharing == RateLimitSharing.Machine && MachineRateLimitState.TryOpen(scope, settings, time) is { } shared ? shared : new InProcessRateLimitState(settings, time);
}
