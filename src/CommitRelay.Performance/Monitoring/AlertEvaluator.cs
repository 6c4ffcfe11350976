using System.Text.Json;

namespace CommitRelay.Performance.Monitoring;

/// <summary>Turns samples into alerts: each raised once and cleared once. Not thread-safe.</summary>
public sealed class AlertEvaluator
{
    private readonly State[] _states;

    /// <summary>Creates an evaluator with nothing raised.</summary>
    /// <param name="rules">The rules; null for <see cref="AlertRule.Defaults"/>.</param>
    /// <exception cref="ArgumentException">A rule is not valid; the message says which and why.</exception>
    public AlertEvaluator(IEnumerable<AlertRule>? rules = null)
    {
        _states = [.. (rules ?? AlertRule.Defaults).Select(rule => new State(rule))];
        foreach (var state in _states)
            state.Rule.Validate();
    }

    /// <summary>The rules that are raised now.</summary>
    public IEnumerable<AlertRule> Raised => _states.Where(state => state.Raised).Select(state => state.Rule);

    /// <summary>Takes one sample.</summary>
    /// <param name="at">When it was taken; not before the one before.</param>
    /// <param name="metrics">The known metrics. A metric that is not known now leaves its rules as they are.</param>
    /// <returns>What was raised or cleared by this sample.</returns>
    public IReadOnlyList<Alert> Evaluate(DateTimeOffset at, IReadOnlyDictionary<string, double> metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        List<Alert>? alerts = null;
        foreach (var state in _states)
        {
            if (metrics.TryGetValue(state.Rule.Metric, out var value) && !double.IsNaN(value) && state.Move(at, value))
                (alerts ??= []).Add(new Alert(at, state.Rule, value, state.Raised));
        }

        return alerts ?? (IReadOnlyList<Alert>)[];
    }

    /// <summary>Takes over what an earlier evaluator has told in an event: the rule of its metric, severity and threshold is raised or cleared.</summary>
    internal void Restore(ReadOnlySpan<byte> alertEvent)
    {
        try
        {
            var reader = new Utf8JsonReader(alertEvent);
            using var document = JsonDocument.ParseValue(ref reader);
            var told = document.RootElement;
            if (!told.TryGetProperty("metric", out var metric) || !told.TryGetProperty("threshold", out var threshold) || !told.TryGetProperty("state", out var state))
                return;
            foreach (var known in _states)
            {
                if (metric.ValueEquals(known.Rule.Metric) && threshold.TryGetDouble(out var bound) && bound == known.Rule.Threshold)
                    known.Restore(state.ValueEquals("raised"));
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Somebody else's event of the same type: it says nothing about our rules.
        }
    }

    private sealed class State(AlertRule rule)
    {
        private DateTimeOffset? _badSince;

        public AlertRule Rule { get; } = rule;

        public bool Raised { get; private set; }

        public void Restore(bool raised) => Raised = raised;

        /// <summary>Takes a value; true when it raised or cleared the rule.</summary>
        public bool Move(DateTimeOffset at, double value)
        {
            if (Raised)
            {
                if (!Rule.IsClear(value))
                    return false;
                Raised = false;
                _badSince = null;
                return true;
            }

            if (!Rule.IsBad(value))
            {
                _badSince = null;
                return false;
            }

            _badSince ??= at;
            Raised = at - _badSince >= Rule.For;
            return Raised;
        }
    }
}
