using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using CommitRelay.Performance.Events;
using CommitRelay.Performance.Monitoring;
using CommitRelay.Performance.Probes;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.Relay;
using CommitRelay.Performance.Workers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CommitRelay.Performance.Hosting;

/// <summary>
/// Adds the capabilities of one home, one call each. Every capability is a singleton, keyed by the home's name where it has one;
/// options are checked when the host starts. Nothing here is more than a constructor call: all of it can be made by hand too.
/// </summary>
public sealed class CommitRelayBuilder
{
    internal CommitRelayBuilder(IServiceCollection services, string? name)
    {
        Services = services;
        Name = name;
    }

    /// <summary>The container.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The key of this home's services; null when they have none.</summary>
    public string? Name { get; }

    /// <summary>Adds the home's queue file as <see cref="ITaskQueue{T}"/> (<see cref="QueueClaims{T}"/>). Disposed with the container: what is still held is given back.</summary>
    /// <param name="typeInfo">How to read and write a task, such as <see cref="RelayJson.Task"/>.</param>
    /// <param name="configure">Statuses, leases, intervals.</param>
    /// <returns>This builder.</returns>
    public CommitRelayBuilder AddTaskQueue<T>(JsonTypeInfo<T> typeInfo, Action<QueueClaimsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        Configure(configure, static options => options.Validate());
        return Add<ITaskQueue<T>>(services => new QueueClaims<T>(Get<RelayHome>(services).TaskQueue, typeInfo, Options<QueueClaimsOptions>(services)));
    }

    /// <summary>Adds the home's event file as <see cref="IEventSink"/> (<see cref="EventWriter"/>), and its <see cref="EventsHealthCheck"/>. Disposed with the container: what waits is written.</summary>
    /// <param name="configure">Bounds, intervals, what happens when it is full.</param>
    /// <returns>This builder.</returns>
    public CommitRelayBuilder AddEvents(Action<EventWriterOptions>? configure = null)
    {
        Configure(configure, static options => options.Validate());
        Add(services => new EventWriter(
            Get<RelayHome>(services).Events,
            Options<EventWriterOptions>(services),
            services.GetRequiredService<TimeProvider>(),
            services.GetService<ILogger<EventWriter>>()));
        Add(services => new EventsHealthCheck(Get<EventWriter>(services)));
        return Add<IEventSink>(Get<EventWriter>);
    }

    /// <summary>Adds probes of the host, of the file system that holds the home, and of this process. A probe has one caller at a time; rates are between two of its samples.</summary>
    /// <returns>This builder.</returns>
    public CommitRelayBuilder AddProbes()
    {
        Add(static _ => new HostProbe());
        Add(services => new DiskProbe(Get<RelayHome>(services).Root));
        return Add(static _ => new SelfProbe());
    }

    /// <summary>
    /// Adds a <see cref="ConcurrencyGovernor"/>, and a hosted service that tells it once a period what the machine has left
    /// (<see cref="ResourceSignals"/>) and what ceiling the home's settings name (<see cref="HomeCeiling"/>).
    /// </summary>
    /// <param name="configure">Minimum, ceiling, periods, thresholds.</param>
    /// <returns>This builder.</returns>
    public CommitRelayBuilder AddGovernor(Action<ConcurrencyGovernorOptions>? configure = null)
    {
        Configure(configure, static options => options.Validate());
        AddHosted(async (services, stop) =>
        {
            var governor = Get<ConcurrencyGovernor>(services);
            var home = Get<RelayHome>(services);
            var ceiling = new HomeCeiling(home, services.GetRequiredService<TimeProvider>());
            using var signals = new ResourceSignals(home.Root, Options<ConcurrencyGovernorOptions>(services).Thresholds);
            ceiling.Apply(governor);
            await governor.RunAsync(_ =>
            {
                ceiling.Apply(governor);
                return ValueTask.FromResult(signals.Sample());
            }, stop).ConfigureAwait(false);
        });
        return Add(services => new ConcurrencyGovernor(Options<ConcurrencyGovernorOptions>(services), services.GetRequiredService<TimeProvider>()));
    }

    /// <summary>Adds a <see cref="PerformanceMonitor"/>, its <see cref="AlertsHealthCheck"/>, and a hosted service that samples once a period.</summary>
    /// <param name="configure">Period, rules and the like.</param>
    /// <returns>This builder.</returns>
    public CommitRelayBuilder AddMonitor(Action<MonitorOptions>? configure = null)
    {
        Configure(configure, static options => options.Validate());
        AddHosted((services, stop) => Get<PerformanceMonitor>(services).RunAsync(stop));
        Add(services => new AlertsHealthCheck(Get<PerformanceMonitor>(services)));
        return Add(services => new PerformanceMonitor(
            Get<RelayHome>(services),
            Options<MonitorOptions>(services),
            services.GetRequiredService<TimeProvider>(),
            services.GetService<ILogger<PerformanceMonitor>>(),
            Find<IEventSink>(services)));
    }

    /// <summary>Adds a hosted service that keeps the home small and true (<see cref="HomeUpkeep"/>), and tells what it did as events where <see cref="AddEvents"/> was called.</summary>
    /// <param name="configure">What to do, and how often.</param>
    /// <returns>This builder.</returns>
    public CommitRelayBuilder AddUpkeep(Action<UpkeepOptions>? configure = null)
    {
        Configure(configure, static options => options.Validate());
        return AddHosted(async (services, stop) =>
        {
            var options = Options<UpkeepOptions>(services);
            var time = services.GetRequiredService<TimeProvider>();
            var upkeep = new HomeUpkeep(Get<RelayHome>(services), options.DryRun, time);
            using var timer = new PeriodicTimer(options.Every, time);
            do
                await upkeep.RunAsync(options, Find<IEventSink>(services), stop).ConfigureAwait(false);
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false));
        });
    }

    /// <summary>
    /// Adds a hosted service that works on the queue's tasks (<see cref="WorkerLoop"/>), with the home's events and governor where they were added.
    /// </summary>
    /// <param name="work">Makes the work from the container; called once, as the host starts.</param>
    /// <param name="configure">Timeouts and the like; events, governor, log and clock are set already.</param>
    /// <returns>This builder.</returns>
    public CommitRelayBuilder AddWorker<T>(Func<IServiceProvider, Func<TaskClaim<T>, CancellationToken, ValueTask>> work, Action<WorkerLoopOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(work);
        return AddHosted(async (services, stop) =>
        {
            var options = new WorkerLoopOptions
            {
                Events = Find<IEventSink>(services),
                Governor = Find<ConcurrencyGovernor>(services),
                Logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(WorkerLoop).FullName!),
                TimeProvider = services.GetRequiredService<TimeProvider>(),
            };
            configure?.Invoke(options);
            await WorkerLoop.RunAsync(Get<ITaskQueue<T>>(services), work(services), options, stop).ConfigureAwait(false);
            if (options.UntilEmpty)
                services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        });
    }

    internal CommitRelayBuilder Add<TService>(Func<IServiceProvider, TService> create)
        where TService : class
    {
        if (Name is null)
            Services.AddSingleton(create);
        else
            Services.AddKeyedSingleton(Name, (services, _) => create(services));
        return this;
    }

    private CommitRelayBuilder AddHosted(Func<IServiceProvider, CancellationToken, Task> run)
    {
        Services.AddSingleton<IHostedService>(services => new HostedRun(stop => run(services, stop)));
        return this;
    }

    private TService Get<TService>(IServiceProvider services)
        where TService : notnull
        => Name is null ? services.GetRequiredService<TService>() : services.GetRequiredKeyedService<TService>(Name);

    private TService? Find<TService>(IServiceProvider services)
        => Name is null ? services.GetService<TService>() : services.GetKeyedService<TService>(Name);

    private void Configure<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(Action<TOptions>? configure, Action<TOptions> validate)
        where TOptions : class
    {
        var options = Services.AddOptions<TOptions>(Name).ValidateOnStart();
        if (configure is not null)
            options.Configure(configure);
        Services.AddSingleton<IValidateOptions<TOptions>>(new OptionsCheck<TOptions>(Name ?? Microsoft.Extensions.Options.Options.DefaultName, validate));
    }

    private TOptions Options<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(IServiceProvider services)
        where TOptions : class
        => services.GetRequiredService<IOptionsMonitor<TOptions>>().Get(Name ?? Microsoft.Extensions.Options.Options.DefaultName);
}
