using System.CommandLine;
using CommitRelay.Performance.Monitoring;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>monitor</c>: one snapshot a period, and alerts raised and cleared.</summary>
internal static class MonitorCommand
{
    private const double StandardThreshold = 50;

    public static Command Create(ToolHost host)
    {
        var every = CommonOptions.Duration("--every", "Time between two snapshots.", "5m");
        var once = new Option<bool>("--once") { Description = "One snapshot, for cron." };
        var threshold = new Option<double>("--queue-threshold") { Description = "Queued tasks above this are an alert. Default 50.", HelpName = "N", DefaultValueFactory = _ => StandardThreshold };
        var dryRun = CommonOptions.DryRun();
        return new ToolCommand(host, "monitor", "Writes one snapshot a period into metrics-snapshots.jsonl, and alerts that are raised and cleared into dashboard-events.jsonl. Exit code 1 when an alert stands at the end.", "relay-perf monitor --every 5m --queue-threshold 50") { every, once, threshold, dryRun }
            .Does(async run =>
            {
                if (run.Get(dryRun))
                {
                    run.Output.Say($"Would write snapshots to {run.Home.MetricsSnapshots} and alerts to {run.Home.Events}.");
                    return ExitCodes.Fine;
                }

                var monitor = new PerformanceMonitor(run.Home, new MonitorOptions { Rules = Rules(run.Get(threshold)) }, run.Time);
                await using (monitor.ConfigureAwait(false))
                {
                    await run.RepeatAsync(run.Get(every), run.Get(once) ? 1 : 0, async () => Print(run, monitor, await monitor.SampleAsync(run.Stop).ConfigureAwait(false))).ConfigureAwait(false);
                    return monitor.Raised.Count == 0 ? ExitCodes.Fine : ExitCodes.Findings;
                }
            });
    }

    private static IReadOnlyList<AlertRule> Rules(double threshold)
        => [.. AlertRule.Defaults.Select(rule => rule.Metric == MetricNames.QueueQueued ? rule with { Threshold = threshold, Clear = threshold * 0.8 } : rule)];

    private static void Print(CommandRun run, PerformanceMonitor monitor, IReadOnlyList<Alert> alerts)
    {
        var answer = new MonitorAnswer(
            monitor.Last!.At,
            monitor.Last.Metrics,
            [.. alerts.Select(static alert => new AlertAnswer(alert.Rule.Metric, alert.Rule.Severity.ToString().ToLowerInvariant(), alert.Raised, alert.Value, alert.Message))],
            [.. monitor.Raised.Select(static rule => rule.Metric)],
            monitor.DiskFull.Until?.TotalSeconds,
            monitor.QueueEmpty.Until?.TotalSeconds);
        run.Output.Answer(answer, AnswerJson.Default.MonitorAnswer, console =>
        {
            console.Line($"{Format.Instant(answer.At)}  {Format.Count(answer.Raised.Count)} alerts stand");
            foreach (var alert in answer.Alerts)
                console.Line($"  {(alert.Raised ? "raised" : "cleared")}: {alert.Message}");
        });
    }
}

/// <summary>One sample; alerts are those raised or cleared by it, raised are all that stand. Seconds until the disk is full or the queue empty, null when neither is in sight.</summary>
internal sealed record MonitorAnswer(DateTimeOffset At, IReadOnlyDictionary<string, double> Metrics, IReadOnlyList<AlertAnswer> Alerts, IReadOnlyList<string> Raised, double? DiskFullInSeconds, double? QueueEmptyInSeconds);

internal sealed record AlertAnswer(string Metric, string Severity, bool Raised, double Value, string Message);
