using System.Globalization;
using CommitRelay.Performance.Events;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CommitRelay.Performance.Hosting;

/// <summary>Health of an <see cref="EventWriter"/>: unhealthy while it cannot write, degraded while its disk is nearly full, events wait in this process's own memory or were dropped since the check before.</summary>
/// <remarks>Add it with <c>services.AddHealthChecks().AddCheck&lt;EventsHealthCheck&gt;("events")</c>; for a home with a key <c>.Add(new("events", services => services.GetRequiredKeyedService&lt;EventsHealthCheck&gt;("key"), null, null))</c>.</remarks>
public sealed class EventsHealthCheck : IHealthCheck
{
    private readonly EventWriter _writer;
    private long _dropped;

    /// <summary>Watches a writer.</summary>
    /// <param name="writer">The writer.</param>
    public EventsHealthCheck(EventWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        _writer = writer;
    }

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var health = _writer.Health;
        var dropped = health.Statistics.Dropped - Interlocked.Exchange(ref _dropped, health.Statistics.Dropped);
        return Task.FromResult(
            !health.IsWriting ? HealthCheckResult.Unhealthy($"{health.Path}: no event could be written since {health.FailingSince:u}: {health.LastError}")
            : health.IsDiskLow ? HealthCheckResult.Degraded(string.Create(CultureInfo.InvariantCulture, $"{health.Path}: its disk is nearly full, {health.DiskFreeBytes} bytes are free"))
            : dropped > 0 ? HealthCheckResult.Degraded(string.Create(CultureInfo.InvariantCulture, $"{health.Path}: {dropped} events were dropped since the check before"))
            : health.Staging == EventStaging.Heap ? HealthCheckResult.Degraded($"{health.Path}: events wait in this process's memory, so a kill loses them: {health.StagingReason}")
            : HealthCheckResult.Healthy($"{health.Path}: events are written."));
    }
}
