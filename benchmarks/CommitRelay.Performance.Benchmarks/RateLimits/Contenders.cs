using CommitRelay.Performance.RateLimits;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace CommitRelay.Performance.Benchmarks.RateLimits;

/// <summary>Ours and what people use today, each as a handler around the sending one.</summary>
internal static class Contenders
{
    public const string Ours = "ours";

    /// <summary>By name: from the row, the sending handler and the name of the shared scope to the handler of one process.</summary>
    public static IReadOnlyDictionary<string, Func<RateLimitRow, HttpMessageHandler, string, HttpMessageHandler>> All { get; } = new Dictionary<string, Func<RateLimitRow, HttpMessageHandler, string, HttpMessageHandler>>
    {
        [Ours] = NewOurs,
        ["sleep-2^n"] = static (_, inner, _) => new SleepHandler { InnerHandler = inner },
        ["standard"] = static (_, inner, _) => NewStandard(inner),
        ["retry-jitter"] = static (_, inner, _) => NewRetry(inner),
        ["static-share"] = static (_, inner, _) => new StaticShareHandler { InnerHandler = NewRetry(inner) },
        ["own-aimd"] = static (_, inner, _) => new AimdHandler { InnerHandler = inner },
    };

    private static RateLimitHandler NewOurs(RateLimitRow row, HttpMessageHandler inner, string scope) => new(new RateLimitStrategyOptions
    {
        Sharing = RateLimitSharing.Machine,
        Scope = _ => scope,

        // The outage of five minutes is longer than the default allows a call to wait.
        TotalBudget = TimeSpan.FromMinutes(30),
        EstimateUsage = static request => request.Options.TryGetValue(RateLimitClient.Estimate, out var tokens) ? new RateLimitUsage(tokens, 0) : default,
        ReadUsage = row.TokenRate > 0 ? RateLimitUsage.FromBodyAsync : null,
    })
    {
        InnerHandler = inner,
    };

    private static HttpMessageHandler NewStandard(HttpMessageHandler inner)
    {
        var services = new ServiceCollection();
        services.AddHttpClient("api").ConfigurePrimaryHttpMessageHandler(() => inner).AddStandardResilienceHandler();
        return services.BuildServiceProvider().GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("api");
    }

    private static ResilienceHandler NewRetry(HttpMessageHandler inner)
    {
        // Jitter and Retry-After are on by default.
        var retry = new HttpRetryStrategyOptions { MaxRetryAttempts = int.MaxValue, MaxDelay = TimeSpan.FromSeconds(30) };
        return new ResilienceHandler(new ResiliencePipelineBuilder<HttpResponseMessage>().AddRetry(retry).Build()) { InnerHandler = inner };
    }
}
