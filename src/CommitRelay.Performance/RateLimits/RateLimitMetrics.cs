using System.Diagnostics.Metrics;

namespace CommitRelay.Performance.RateLimits;

/// <summary>The instruments of this capability; all carry the tag <c>commitrelay.ratelimit.scope</c>.</summary>
internal static class RateLimitMetrics
{
    private const string ScopeTag = "commitrelay.ratelimit.scope";
    private const string ReasonTag = "commitrelay.ratelimit.reason";
    private const string KindTag = "commitrelay.ratelimit.kind";

    private static readonly Counter<long> Permits = Telemetry.Meter.CreateCounter<long>(
        "commitrelay.ratelimit.permits", "{permit}", "Permits given, one an attempt.");

    private static readonly Histogram<double> Waits = Telemetry.Meter.CreateHistogram<double>(
        "commitrelay.ratelimit.wait.duration", "s", "Time that an attempt waited for its permit.");

    private static readonly Counter<long> Refusals = Telemetry.Meter.CreateCounter<long>(
        "commitrelay.ratelimit.refusals", "{response}", "Attempts refused, by kind.");

    private static readonly Counter<long> Retries = Telemetry.Meter.CreateCounter<long>(
        "commitrelay.ratelimit.retries", "{attempt}", "Attempts that repeat a refused one.");

    private static readonly Counter<long> CoolDowns = Telemetry.Meter.CreateCounter<long>(
        "commitrelay.ratelimit.cooldowns", "{cooldown}", "Times that a scope stood still, as this process saw it.");

    private static readonly Gauge<double> Rate = Telemetry.Meter.CreateGauge<double>(
        "commitrelay.ratelimit.rate", "{request}/s", "The pace of calls as learned so far; absent while nothing limits them.");

    private static readonly Histogram<double> Calls = Telemetry.Meter.CreateHistogram<double>(
        "commitrelay.ratelimit.call.duration", "s", "Time from a call's start to its end: waits, attempts and retries.");

    private static readonly Counter<long> Fallbacks = Telemetry.Meter.CreateCounter<long>(
        "commitrelay.ratelimit.state.fallbacks", "{scope}", "Scopes that were to be shared on the machine and are not, by reason.");

    private static readonly Counter<long> Resets = Telemetry.Meter.CreateCounter<long>(
        "commitrelay.ratelimit.state.resets", "{reset}", "Times that a shared state was found unusable and begun anew, by reason.");

    public static void OnFallback(string scope, string reason) => Fallbacks.Add(1, new KeyValuePair<string, object?>(ScopeTag, scope), new KeyValuePair<string, object?>(ReasonTag, reason));

    public static void OnReset(string scope, string reason) => Resets.Add(1, new KeyValuePair<string, object?>(ScopeTag, scope), new KeyValuePair<string, object?>(ReasonTag, reason));

    public static void OnPermit(string scope, double waitSeconds)
    {
        Permits.Add(1, new KeyValuePair<string, object?>(ScopeTag, scope));
        Waits.Record(waitSeconds, new KeyValuePair<string, object?>(ScopeTag, scope));
    }

    public static void OnRefused(string scope, RateLimitKind kind)
    {
        if (Refusals.Enabled)
            Refusals.Add(1, new KeyValuePair<string, object?>(ScopeTag, scope), new KeyValuePair<string, object?>(KindTag, kind.ToString()));
    }

    public static void OnRetry(string scope) => Retries.Add(1, new KeyValuePair<string, object?>(ScopeTag, scope));

    public static void OnCoolDown(string scope) => CoolDowns.Add(1, new KeyValuePair<string, object?>(ScopeTag, scope));

    public static bool WantsRate => Rate.Enabled;

    public static void OnRate(string scope, double requestsPerSecond) => Rate.Record(requestsPerSecond, new KeyValuePair<string, object?>(ScopeTag, scope));

    public static void OnCall(string scope, double seconds) => Calls.Record(seconds, new KeyValuePair<string, object?>(ScopeTag, scope));
}
