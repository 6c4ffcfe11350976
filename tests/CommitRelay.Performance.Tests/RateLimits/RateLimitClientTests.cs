using System.Net;
using CommitRelay.Performance.RateLimits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
using Polly;

namespace CommitRelay.Performance.Tests.RateLimits;

/// <summary>Named clients against a real Kestrel: how many attempts reach it in each order of handlers.</summary>
public sealed class RateLimitClientTests : IAsyncLifetime
{
    private WebApplication? _api;
    private int _attempts;
    private Func<int, HttpContext, Task> _answer = static (_, _) => Task.CompletedTask;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _api = builder.Build();
        _api.MapGet("/", context => _answer(Interlocked.Increment(ref _attempts), context));
        await _api.StartAsync();
    }

    public async Task DisposeAsync() => await _api!.DisposeAsync();

    [Fact]
    public async Task NamedClient_RepeatsARefusal_AndHasNoTimeoutOfItsOwn()
    {
        RefuseFirst(1);
        using var services = Services(client => client.AddRateLimitHandler());
        using var http = Client(services);
        Assert.Equal(Timeout.InfiniteTimeSpan, http.Timeout);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/")).StatusCode);
        Assert.Equal(2, _attempts);
    }

    [Fact]
    public async Task AttemptTimeout_RunsOnceAnAttempt_NotOverTheWaits()
    {
        RefuseFirst(1);
        using var services = Services(client => client.AddRateLimitHandler(null, attempt => attempt.AddTimeout(TimeSpan.FromSeconds(0.9))));
        using var http = Client(services);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/")).StatusCode);
        Assert.Equal(2, _attempts);
    }

    [Fact]
    public async Task TotalBudget_EndsAnAttemptUnderWay()
    {
        _answer = (_, context) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        using var services = Services(client => client.AddRateLimitHandler(o => o.TotalBudget = TimeSpan.FromMilliseconds(200)));
        using var http = Client(services);
        await Assert.ThrowsAsync<Polly.Timeout.TimeoutRejectedException>(() => http.GetAsync("/"));
    }

    [Fact]
    public async Task StandardHandler_InsideOurs_LeavesRateLimitsToIt()
    {
        RefuseFirst(2);
        using var services = Services(client => client.AddRateLimitHandler().AddStandardResilienceHandler(o =>
        {
            o.Retry.ExcludeRateLimits();
            o.CircuitBreaker.ExcludeRateLimits();
        }));
        using var http = Client(services);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/")).StatusCode);
        Assert.Equal(3, _attempts);
    }

    [Fact]
    public async Task StandardHandler_WithoutExclusion_RepeatsInsideOurs()
    {
        _answer = Refuse;
        using var services = Services(client =>
        {
            client.AddRateLimitHandler(o => o.MaxRetryAttempts = 0);
            client.AddStandardResilienceHandler(o => (o.Retry.MaxRetryAttempts, o.Retry.Delay) = (2, TimeSpan.FromMilliseconds(1)));
        });
        using var http = Client(services);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync("/")).StatusCode);
        Assert.Equal(3, _attempts);

        static Task Refuse(int attempt, HttpContext context)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task StandardHandlersBreaker_WithExclusion_CountsNoRateLimits()
    {
        _answer = RefuseInEachWay;
        using var services = Services(client => AddBreaker(client, static o => o.CircuitBreaker.ExcludeRateLimits()));
        using var http = Client(services);
        foreach (var status in new[] { 429, 529, 503, 429 })
            Assert.Equal(status, (int)(await http.GetAsync("/")).StatusCode);
        Assert.Equal(4, _attempts);
    }

    [Fact]
    public async Task StandardHandlersBreaker_WithoutExclusion_OpensOnRateLimits()
    {
        _answer = RefuseInEachWay;
        using var services = Services(client => AddBreaker(client, static _ => { }));
        using var http = Client(services);
        for (var i = 0; i < 2; i++)
            await http.GetAsync("/");
        await Assert.ThrowsAsync<Polly.CircuitBreaker.BrokenCircuitException>(() => http.GetAsync("/"));
        Assert.Equal(2, _attempts);
    }

    [Fact]
    public async Task StandardHandlersBreaker_WithExclusion_CountsA503WithoutADate()
    {
        _answer = static (_, context) =>
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        };
        using var services = Services(client => AddBreaker(client, static o => o.CircuitBreaker.ExcludeRateLimits()));
        using var http = Client(services);
        for (var i = 0; i < 2; i++)
            await http.GetAsync("/");
        await Assert.ThrowsAsync<Polly.CircuitBreaker.BrokenCircuitException>(() => http.GetAsync("/"));
    }

    [Fact]
    public async Task TypedClient_RepeatsARefusal()
    {
        RefuseFirst(1);
        var collection = new ServiceCollection();
        collection.AddHttpClient<TypedApi>(client => client.BaseAddress = new Uri(_api!.Urls.First())).AddRateLimitHandler();
        using var services = collection.BuildServiceProvider();
        Assert.Equal(HttpStatusCode.OK, await services.GetRequiredService<TypedApi>().GetAsync());
        Assert.Equal(2, _attempts);
    }

    [Fact]
    public void SecondRegistration_OnOneClient_Throws()
    {
        var client = new ServiceCollection().AddHttpClient("api").AddRateLimitHandler();
        var thrown = Assert.Throws<InvalidOperationException>(() => client.AddRateLimitHandler());
        Assert.Equal("The client 'api' has a rate limit handler already; a second one would pace and retry each call twice.", thrown.Message);
    }

    /// <summary>429, 529, 503 with a date, in turn.</summary>
    private static Task RefuseInEachWay(int attempt, HttpContext context)
    {
        context.Response.StatusCode = (attempt % 3) switch { 1 => 429, 2 => 529, _ => 503 };
        context.Response.Headers.RetryAfter = "1";
        return Task.CompletedTask;
    }

    /// <summary>Ours without retries, so that each call is one attempt, outside of the standard handler with a nervous breaker.</summary>
    private static void AddBreaker(IHttpClientBuilder client, Action<HttpStandardResilienceOptions> configure)
    {
        client.AddRateLimitHandler(static o => o.MaxRetryAttempts = 0);
        client.AddStandardResilienceHandler(o =>
        {
            o.Retry.ShouldHandle = static _ => ValueTask.FromResult(false);
            (o.CircuitBreaker.MinimumThroughput, o.CircuitBreaker.FailureRatio) = (2, 0.5);
            configure(o);
        });
    }

    private void RefuseFirst(int count) => _answer = (attempt, context) =>
    {
        if (attempt <= count)
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            context.Response.Headers.RetryAfter = "1";
        }

        return Task.CompletedTask;
    };

    private ServiceProvider Services(Action<IHttpClientBuilder> configure)
    {
        var services = new ServiceCollection();
        configure(services.AddHttpClient("api", client => client.BaseAddress = new Uri(_api!.Urls.First())));
        return services.BuildServiceProvider();
    }

    private static HttpClient Client(ServiceProvider services) => services.GetRequiredService<IHttpClientFactory>().CreateClient("api");

    private sealed class TypedApi(HttpClient http)
    {
        public async Task<HttpStatusCode> GetAsync() => (await http.GetAsync("/")).StatusCode;
    }
}
