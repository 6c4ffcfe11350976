using CommitRelay.Performance.RateLimits;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Polly;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds pacing and retry for rate limits to named and typed clients.</summary>
public static class RateLimitHttpClientBuilderExtensions
{
    /// <summary>
    /// Adds a <see cref="RateLimitHandler"/> to the client and sets its <see cref="HttpClient.Timeout"/> to infinite: the handler's total
    /// budget takes its place. Call it before other resilience handlers are added, so that it stands outside of them.
    /// </summary>
    /// <param name="builder">The client.</param>
    /// <param name="configure">Sets options; they are validated when the host starts. Null for the defaults.</param>
    /// <param name="configureAttempt">Adds strategies that run once an attempt, such as a timeout. Null for none.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="InvalidOperationException">The client has a rate limit handler already: two would pace and retry each call twice.</exception>
    public static IHttpClientBuilder AddRateLimitHandler(
        this IHttpClientBuilder builder,
        Action<RateLimitStrategyOptions>? configure = null,
        Action<ResiliencePipelineBuilder<HttpResponseMessage>>? configureAttempt = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ThrowIfRegistered(builder);
        builder.Services.AddSingleton(new Registration(builder.Name));
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RateLimitStrategyOptions>, RateLimitStrategyOptionsValidator>());
        var options = builder.Services.AddOptions<RateLimitStrategyOptions>(builder.Name).ValidateOnStart();
        if (configure is not null)
            options.Configure(configure);
        builder.ConfigureHttpClient(static client => client.Timeout = Timeout.InfiniteTimeSpan);
        return builder.AddHttpMessageHandler(services => Create(services, builder.Name, configureAttempt));
    }

    private static RateLimitHandler Create(IServiceProvider services, string name, Action<ResiliencePipelineBuilder<HttpResponseMessage>>? configureAttempt)
    {
        var pipeline = new ResiliencePipelineBuilder<HttpResponseMessage>
        {
            Name = name,
            TimeProvider = services.GetService<TimeProvider>(),
        };
        pipeline.AddRateLimit(services.GetRequiredService<IOptionsMonitor<RateLimitStrategyOptions>>().Get(name));
        configureAttempt?.Invoke(pipeline);
        return new RateLimitHandler(pipeline.Build());
    }

    private static void ThrowIfRegistered(IHttpClientBuilder builder)
    {
        foreach (var service in builder.Services)
        {
            if (service is { IsKeyedService: false, ImplementationInstance: Registration registration } && registration.Name == builder.Name)
                throw new InvalidOperationException($"The client '{builder.Name}' has a rate limit handler already; a second one would pace and retry each call twice.");
        }
    }

    /// <summary>Marks a client that has the handler.</summary>
    private sealed record Registration(string Name);
}
