using CommitRelay.Performance.Monitoring;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CommitRelay.Performance.Hosting;

/// <summary>Health by the alerts of a <see cref="PerformanceMonitor"/>: unhealthy while a critical one is raised, degraded while a warning is.</summary>
/// <remarks>Add it with <c>services.AddHealthChecks().AddCheck&lt;AlertsHealthCheck&gt;("home")</c>; for a home with a key <c>.Add(new("home", services => services.GetRequiredKeyedService&lt;AlertsHealthCheck&gt;("key"), null, null))</c>. Healthy before the first sample: nothing bad is known.</remarks>
public sealed class AlertsHealthCheck : IHealthCheck
{
    private readonly PerformanceMonitor _monitor;

    /// <summary>Watches a monitor.</summary>
    /// <param name="monitor">The monitor.</param>
    public AlertsHealthCheck(PerformanceMonitor monitor)
    {
        ArgumentNullException.ThrowIfNull(monitor);
        _monitor = monitor;
    }

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var sample = _monitor.Last;
        var raised = _monitor.Raised.Where(static rule => rule.Severity > AlertSeverity.Info).OrderByDescending(static rule => rule.Severity).ToList();
        if (raised.Count == 0)
            return Task.FromResult(HealthCheckResult.Healthy(sample is null ? "No sample yet." : "No alert is raised."));
        var reason = string.Join("; ", raised.Select(rule => rule.Describe(sample?[rule.Metric] ?? double.NaN)));
        return Task.FromResult(raised[0].Severity == AlertSeverity.Critical ? HealthCheckResult.Unhealthy(reason) : HealthCheckResult.Degraded(reason));
    }
}
