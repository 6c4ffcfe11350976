using System.Collections.Concurrent;
using CommitRelay.Performance.RateLimits.State;

namespace CommitRelay.Performance.RateLimits;

/// <summary>Finds the pacer of a request's scope, by the options.</summary>
internal sealed class PacerSource(RateLimitStrategyOptions options, TimeProvider time)
{
    private const string NoRequest = "default";
    private readonly RateLimitScope _defaultScope = new();
    private readonly ConcurrentDictionary<string, Pacer> _pacers = new(StringComparer.Ordinal);
    private readonly PaceSettings _settings = new()
    {
        InitialRate = options.InitialRequestsPerSecond,
        LongWait = options.LongWait.TotalSeconds,
        RetryRatio = options.RetryRatio,
        RetriesPerSecond = options.RetriesPerSecond,
        Randomizer = options.Randomizer,
    };

    public Pacer For(HttpRequestMessage? request)
    {
        var scope = request is null ? NoRequest : (options.Scope ?? _defaultScope.Of)(request);
        return _pacers.TryGetValue(scope, out var known) ? known : _pacers.GetOrAdd(scope, Create);
    }

    private Pacer Create(string scope) => options.State is { } state
        ? new Pacer(scope, state(scope), time, options.WakeInline)
        : PacerRegistry.Get(scope, options.Sharing, _settings, time);
}
