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
    /// <param name="name">The key of this home's services, so that two homes may live in one process; null, the default, for services without a key.</param>
    /// <returns>A builder for the home's capabilities.</returns>
    public static CommitRelayBuilder AddCommitRelay(this IServiceCollection services, Action<CommitRelayOptions>? configure = null, string? name = null)
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
