using System.Buffers;
using System.Text.Json;
using CommitRelay.Performance.Events;
using CommitRelay.Performance.Files;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.Probes;
using CommitRelay.Performance.Relay;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CommitRelay.Performance.Monitoring;

/// <summary>
/// Samples a home and the machine under it, once a period: a snapshot into <c>metrics-snapshots.jsonl</c>, alerts raised and cleared as events,
/// forecasts. What cannot be sampled is unknown, with the reason; sampling goes on.
/// </summary>
/// <remarks>
/// One caller at a time, except <see cref="Last"/>, <see cref="Raised"/> and the forecasts, which any thread may ask.
/// Which alerts are raised is read from the event file at the first sample, so that a monitor that is started anew, or for one sample by cron,
/// raises nothing twice.
/// </remarks>
public sealed class PerformanceMonitor : IAsyncDisposable
{
    private const int AlertsLookedBack = 1000;
    private const int SnapshotsBetweenTrims = 100;
    private static readonly JsonFilter IsAlert = JsonFilter.EqualTo("type", "performance_alert");

    private readonly RelayHome _home;
    private readonly MonitorOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly HostProbe _host = new();
    private readonly DiskProbe _disk;
    private readonly HostSample _hostSample = new();
    private readonly DiskSample _diskSample = new();
    private readonly HomeMetrics _homeMetrics;
    private readonly AlertEvaluator _evaluator;
    private readonly Forecaster _diskFull;
    private readonly Forecaster _queueEmpty;
    private readonly IEventSink _events;
    private readonly bool _ownsEvents;
    private readonly EventWriter _snapshots;
    private readonly ArrayBufferWriter<byte> _line = new(1024);
    private readonly Lock _gate = new();
    private int _untilTrim;
    private bool _isRestored;

    /// <summary>Opens the probes; writes nothing yet.</summary>
    /// <param name="home">The home.</param>
    /// <param name="options">Period, rules and the like; null for the defaults.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="logger">Gets a message for each sample that could not be written; null for none.</param>
    /// <param name="events">Gets the alerts, and is not disposed; null for a writer of the monitor's own on the home's event file, with default settings.</param>
    /// <exception cref="ArgumentException">An option or a rule is not valid; the message says which and why.</exception>
    /// <exception cref="IOException">The file of events or of snapshots cannot be opened for appending.</exception>
    public PerformanceMonitor(RelayHome home, MonitorOptions? options = null, TimeProvider? time = null, ILogger<PerformanceMonitor>? logger = null, IEventSink? events = null)
    {
        ArgumentNullException.ThrowIfNull(home);
        _home = home;
        _options = options ?? new MonitorOptions();
        _options.Validate();
        _time = time ?? TimeProvider.System;
        _logger = logger ?? NullLogger<PerformanceMonitor>.Instance;
        _disk = new DiskProbe(home.Root);
        _homeMetrics = new HomeMetrics(home, _options, _time);
        _evaluator = new AlertEvaluator(_options.Rules);
        _diskFull = new Forecaster(_options.ForecastWindow);
        _queueEmpty = new Forecaster(_options.ForecastWindow);
        _events = events ?? new EventWriter(home.Events, timeProvider: _time);
        _ownsEvents = events is null;
        _snapshots = new EventWriter(home.MetricsSnapshots, timeProvider: _time);
    }

    /// <summary>The home.</summary>
    public RelayHome Home => _home;

    /// <summary>The last sample; null before the first.</summary>
    public MonitorSample? Last { get; private set; }

    /// <summary>The rules that are raised now.</summary>
    public IReadOnlyList<AlertRule> Raised
    {
        get
        {
            lock (_gate)
                return [.. _evaluator.Raised];
        }
    }

    /// <summary>When the disk will be full at the present rate.</summary>
    public Forecast DiskFull
    {
        get
        {
            lock (_gate)
                return _diskFull.UntilZero();
        }
    }

    /// <summary>When the queue will be empty at the present rate.</summary>
    public Forecast QueueEmpty
    {
        get
        {
            lock (_gate)
                return _queueEmpty.UntilZero();
        }
    }

    /// <summary>Takes a sample, writes its snapshot, and writes the alerts that it raised or cleared.</summary>
    /// <param name="cancellationToken">Stops the sampling; what is sampled by then is lost.</param>
    /// <returns>What was raised or cleared.</returns>
    /// <exception cref="EventWriterException">Snapshot or alerts could not be written, as on a full disk; they are written once that is possible again.</exception>
    public async Task<IReadOnlyList<Alert>> SampleAsync(CancellationToken cancellationToken = default)
    {
        if (!_isRestored)
            _isRestored = await TryRestoreAsync(cancellationToken).ConfigureAwait(false);
        var sample = await TakeAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<Alert> alerts;
        lock (_gate)
        {
            Last = sample;
            alerts = _evaluator.Evaluate(sample.At, sample.Metrics);
            _diskFull.Add(sample.At, sample[MetricNames.DiskFreeBytes] ?? double.NaN);
            _queueEmpty.Add(sample.At, sample[MetricNames.QueueQueued] ?? double.NaN);
        }

        MonitorMetrics.Publish(this, sample, alerts);
        foreach (var alert in alerts)
            _events.WriteLine(Line(writer => alert.WriteTo(writer)).Span);

        // Without a token this thread writes: a sample a second need not wake others, each of which spins for as long as the sample takes.
        await _snapshots.WriteLineAsync(Line(writer => MetricsSnapshot.Write(writer, sample)), Durability.Flushed, CancellationToken.None).ConfigureAwait(false);
        if (alerts.Count > 0)
            await _events.FlushAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        if (_untilTrim-- <= 0)
        {
            _untilTrim = SnapshotsBetweenTrims;
            await _snapshots.TrimAsync(_options.SnapshotsKept, cancellationToken).ConfigureAwait(false);
        }

        return alerts;
    }

    /// <summary>Samples once a period until cancelled; the method then returns.</summary>
    /// <param name="cancellationToken">Ends the watch.</param>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await SampleAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or EventWriterException)
            {
                Log.CannotMonitor(_logger, _home.Root, e);
            }

            var jitter = _options.Period * (Random.Shared.NextDouble() / 10);
            await Task.Delay(_options.Period + jitter, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Closes the probes and writes what waits.</summary>
    public async ValueTask DisposeAsync()
    {
        MonitorMetrics.Remove(this);
        _host.Dispose();
        _disk.Dispose();
        if (_ownsEvents)
            await _events.DisposeAsync().ConfigureAwait(false);
        await _snapshots.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<MonitorSample> TakeAsync(CancellationToken cancellationToken)
    {
        var sample = new SampleBuilder(_time.GetUtcNow());
        _host.Sample(_hostSample);
        _disk.Sample(_diskSample);
        sample.Set(MetricNames.CpuUtilization, _hostSample.Cpu.LimitUtilization);
        sample.Set(MetricNames.MemoryUtilization, _hostSample.Memory.Utilization);
        sample.Set(MetricNames.DescriptorUtilization, _hostSample.Descriptors.Utilization);
        sample.Set(MetricNames.DiskFree, 1 - _diskSample.Utilization.ValueOrNull, _diskSample.Utilization.UnknownBecause ?? "");
        sample.Set(MetricNames.DiskFreeBytes, _diskSample.Available);
        Storage(sample, MetricNames.HomeOnNetwork, StorageKind.Network);
        Storage(sample, MetricNames.HomeOnRotational, StorageKind.Rotational);
        EventsDisk(sample);
        await _homeMetrics.SampleAsync(sample, cancellationToken).ConfigureAwait(false);
        return sample.Build();
    }

    private void Storage(SampleBuilder sample, string metric, StorageKind kind)
        => sample.Set(metric, _diskSample.Kind.TryGet(out var actual) ? actual == kind ? 1 : 0 : null, _diskSample.Kind.UnknownBecause ?? "");

    /// <summary>The event file may be a link to another disk than the home's.</summary>
    private void EventsDisk(SampleBuilder sample)
    {
        var health = (_events as EventWriter)?.Health;
        sample.Set(MetricNames.EventsDiskLow, health?.DiskFreeBytes is null ? null : health.IsDiskLow ? 1 : 0, health is null ? "events go to no file" : $"{health.Path}: its disk is not watched, or does not tell");
    }

    /// <summary>Takes over which alerts are raised. False when the event file cannot be read now: the sample goes on, and the next one tries again.</summary>
    private async Task<bool> TryRestoreAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(_home.Events))
            return true;
        try
        {
            FileState.ThrowIfSpecial(_home.Events);
            var last = await new EventReader(_home.Events).LastRawAsync(AlertsLookedBack, IsAlert, cancellationToken).ConfigureAwait(false);
            foreach (var alert in last)
                _evaluator.Restore(alert.Json.Span);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.CannotRestore(_logger, _home.Events, e);
            return false;
        }
    }

    private ReadOnlyMemory<byte> Line(Action<Utf8JsonWriter> write)
    {
        _line.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(_line))
            write(writer);
        return _line.WrittenMemory;
    }
}
