using System.Globalization;
using System.Threading.RateLimiting;
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

/// <summary>The runbook's <c>sleep $((2 ** retry_count))</c>.</summary>
internal sealed class SleepHandler : DelegatingHandler
{
    private const int MostDoublings = 5;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var retryCount = 0; ; retryCount++)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (response.IsSuccessStatusCode)
                return response;
            response.Dispose();
            await Task.Delay(TimeSpan.FromSeconds(1 << Math.Min(retryCount, MostDoublings)), TimeProvider.System, cancellationToken);
        }
    }
}

/// <summary>A sixteenth of the key's rate for each process, told beforehand, in the framework's limiter.</summary>
internal sealed class StaticShareHandler : DelegatingHandler
{
    private readonly TokenBucketRateLimiter _limiter = new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = 1,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromSeconds(RateLimitRow.Processes / RateLimitRow.Rate),
        QueueLimit = int.MaxValue,
    });

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var lease = await _limiter.AcquireAsync(1, cancellationToken);
        return await base.SendAsync(request, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        _limiter.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>What a careful author writes for one process: a pace that grows with each success and is cut at each refusal; Retry-After is kept.</summary>
internal sealed class AimdHandler : DelegatingHandler
{
    private const double Increase = 0.05;
    private const double Decrease = 0.7;
    private const double Lowest = 0.2;
    private readonly Lock _gate = new();
    private double _rate = 10;
    private long _next = TimeProvider.System.GetTimestamp();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(TakePlace(), TimeProvider.System, cancellationToken);
            var response = await base.SendAsync(request, cancellationToken);
            Learn(response.IsSuccessStatusCode);
            if (response.IsSuccessStatusCode)
                return response;
            var asked = response.Headers.NonValidated.TryGetValues("Retry-After", out var text) && double.TryParse(text.ToString(), CultureInfo.InvariantCulture, out var seconds) ? seconds : 1;
            response.Dispose();
            await Task.Delay(TimeSpan.FromSeconds(asked * (1 + (0.1 * Random.Shared.NextDouble()))), TimeProvider.System, cancellationToken);
        }
    }

    private TimeSpan TakePlace()
    {
        lock (_gate)
        {
            var now = TimeProvider.System.GetTimestamp();
            var place = Math.Max(_next, now);
            _next = place + (long)(TimeProvider.System.TimestampFrequency / _rate);
            return TimeProvider.System.GetElapsedTime(now, place);
        }
    }

    private void Learn(bool served)
    {
        lock (_gate)
            _rate = served ? _rate + Increase : Math.Max(_rate * Decrease, Lowest);
    }
}
