using System.Runtime.InteropServices;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Relay;

/// <summary>How long one worker took.</summary>
/// <param name="Spec">The worker.</param>
/// <param name="WorkerType">Its type; "(absent)", "(null)" or "(not a string)" where it has none.</param>
/// <param name="Seconds">Whole seconds; negative when the file says so.</param>
/// <param name="EndField">Where the later time stands.</param>
public sealed record WorkerDuration(WorkerSpec Spec, string WorkerType, long Seconds, string EndField);

/// <summary>Durations of one worker type, in whole seconds.</summary>
/// <param name="Count">How many.</param>
/// <param name="Min">The shortest.</param>
/// <param name="Max">The longest.</param>
/// <param name="Sum">All together.</param>
public readonly record struct DurationSummary(long Count, long Min, long Max, long Sum)
{
    /// <summary>The mean; 0 when there is none.</summary>
    public double Mean => Count == 0 ? 0 : (double)Sum / Count;

    internal DurationSummary With(DurationSummary other)
        => Count == 0 ? other : new(Count + other.Count, Math.Min(Min, other.Min), Math.Max(Max, other.Max), Sum + other.Sum);
}

/// <summary>
/// How long workers took, in whole seconds: offsets honoured, fractions dropped before subtracting, negative ones kept.
/// Workers that lack one of the two times are left out.
/// </summary>
public sealed class WorkerDurations
{
    private readonly Dictionary<string, long> _endFields = new(StringComparer.Ordinal);
    private readonly DurationTally _tally = new();
    private readonly List<WorkerDuration> _all = [];

    private WorkerDurations()
    {
    }

    /// <summary>Workers that have both times.</summary>
    public long Count => _all.Count;

    /// <summary>Workers whose two members are there, and one of them is no instant; left out of all else.</summary>
    public long Unreadable { get; private set; }

    /// <summary>Durations below zero.</summary>
    public long Negative { get; private set; }

    /// <summary>All together.</summary>
    public DurationSummary Total => _tally.Total;

    /// <summary>How often the later time stood in which member.</summary>
    public IReadOnlyDictionary<string, long> EndFieldUsed => _endFields;

    /// <summary>By worker type.</summary>
    public IReadOnlyDictionary<string, DurationSummary> ByType => _tally.ByType;

    /// <summary>Each, longest first; of equal ones by file name.</summary>
    public IReadOnlyList<WorkerDuration> All => _all;

    /// <summary>Gathers the durations of some workers.</summary>
    /// <param name="specs">The workers.</param>
    /// <param name="span">Between which two times.</param>
    /// <returns>The durations.</returns>
    public static WorkerDurations Of(IEnumerable<WorkerSpec> specs, WorkerSpan span)
    {
        ArgumentNullException.ThrowIfNull(specs);
        var durations = new WorkerDurations();
        foreach (var spec in specs)
            durations.Add(spec, span);
        durations._all.Sort(LongestFirst);
        return durations;
    }

    private static int LongestFirst(WorkerDuration one, WorkerDuration other)
    {
        var order = other.Seconds.CompareTo(one.Seconds);
        return order != 0 ? order : string.CompareOrdinal(one.Spec.File, other.Spec.File);
    }

    /// <summary>Where the later time stands and how many seconds lie between; no seconds when one of the two is no instant; nothing when one is missing.</summary>
    internal static (string EndField, long? Seconds)? TimesOf(WorkerSpec spec, WorkerSpan span)
    {
        const string started = "execution.started_at", created = "created_at";
        var (fromField, from) = span == WorkerSpan.StartedToEnd ? (started, spec.StartedAt) : (created, spec.CreatedAt);
        var (toField, to) = span == WorkerSpan.CreatedToStart ? (started, spec.StartedAt) : (spec.EndField, spec.EndedAt);
        var fromIsThere = from is not null || spec.Unreadable.Contains(fromField);
        var toIsThere = toField is not null && (to is not null || spec.Unreadable.Contains(toField));
        if (!fromIsThere || !toIsThere)
            return null;
        return (toField!, from is { } first && to is { } last ? Instants.SecondsBetween(first, last) : null);
    }

    private void Add(WorkerSpec spec, WorkerSpan span)
    {
        if (TimesOf(spec, span) is not { } times)
            return;
        if (times.Seconds is not { } seconds)
        {
            Unreadable++;
            return;
        }

        _all.Add(new WorkerDuration(spec, spec.TypeLabel, seconds, times.EndField));
        _tally.Add(spec.TypeLabel, seconds);
        Negative += seconds < 0 ? 1 : 0;
        CollectionsMarshal.GetValueRefOrAddDefault(_endFields, times.EndField, out _)++;
    }
}
