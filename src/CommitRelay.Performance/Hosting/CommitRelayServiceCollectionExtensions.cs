using CommitRelay.Performance.Hosting;
using CommitRelay.Performance.Relay;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers what a worker over a Commit Relay home needs: the home itself, then one call a capability.</summary>
public static class CommitRelayServiceCollectionExtensions
{
    /// <summary>Registers a home (<see cref="RelayHome"/>). Add capabilities on the result.</summary>
    /// <param name="services">The container.</param>
    /// <param name="configure">Sets where the home lies; null for the environment variable COMMIT_RELAY_HOME, else the working directory.</param>
    /// <returns>A builder for the home's capabilities.</returns>
    public static CommitRelayBuilder AddCommitRelay(this IServiceCollection services, Action<CommitRelayOptions>? configure = null)
        => AddCommitRelay(services, null, configure);

    /// <summary>Registers a named home, so that two may live in one process: its services are keyed by the name.</summary>
    /// <param name="services">The container.</param>
    /// <param name="name">The key of the home's services; null for services without a key.</param>
    /// <param name="configure">Sets where the home lies.</param>
    /// <returns>A builder for the home's capabilities.</returns>
    public static CommitRelayBuilder AddCommitRelay(this IServiceCollection services, string? name, Action<CommitRelayOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        var options = services.AddOptions<CommitRelayOptions>(name);
        if (configure is not null)
            options.Configure(configure);
        var builder = new CommitRelayBuilder(services, name);
        builder.Add(provider => RelayHome.Locate(provider.GetRequiredService<IOptionsMonitor<CommitRelayOptions>>().Get(name ?? Options.Options.DefaultName).Home));
        return builder;
    }
}
