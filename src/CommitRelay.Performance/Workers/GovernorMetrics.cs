using System.Diagnostics.Metrics;

namespace CommitRelay.Performance.Workers;

/// <summary>What governors tell the library's meter. Each living governor reports its own series, by number.</summary>
internal static class GovernorMetrics
{
    private static readonly List<WeakReference<ConcurrencyGovernor>> Governors = [];
    private static readonly Lock Gate = new();
    private static int _last;

    static GovernorMetrics()
    {
        _ = Telemetry.Meter.CreateObservableUpDownCounter("commitrelay.governor.limit", () => Measure(static governor => governor.Limit), "{task}", "Tasks that may run at once now.");
        _ = Telemetry.Meter.CreateObservableUpDownCounter("commitrelay.governor.running", () => Measure(static governor => governor.InUse), "{task}", "Tasks that hold a permit.");
    }

    public static int Add(ConcurrencyGovernor governor)
    {
        lock (Gate)
        {
            Governors.RemoveAll(static reference => !reference.TryGetTarget(out _));
            Governors.Add(new WeakReference<ConcurrencyGovernor>(governor));
            return ++_last;
        }
    }

    private static IEnumerable<Measurement<int>> Measure(Func<ConcurrencyGovernor, int> value)
    {
        lock (Gate)
            return [.. Living().Select(governor => new Measurement<int>(value(governor), new KeyValuePair<string, object?>("commitrelay.governor.number", governor.Number)))];
    }

    private static IEnumerable<ConcurrencyGovernor> Living()
    {
        foreach (var reference in Governors)
        {
            if (reference.TryGetTarget(out var governor))
                yield return governor;
        }
    }
}
