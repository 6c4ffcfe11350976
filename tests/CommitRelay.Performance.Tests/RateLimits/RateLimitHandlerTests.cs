using System.Net;
using CommitRelay.Performance.RateLimits;
using CommitRelay.Performance.RateLimits.State;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Polly;

namespace CommitRelay.Performance.Tests.RateLimits;

public sealed class RateLimitHandlerTests
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);
    private readonly FakeTimeProvider _time = new();
    private readonly List<DateTimeOffset> _sent = [];

    [Fact]
    public async Task Refusal_WithADate_IsRepeatedNeverEarlier()
    {
        var from = _time.GetUtcNow();
        using var response = await SendAsync(NewOptions(), _ => Refuse(429, ("Retry-After", "3")), _ => Ok());
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, _sent.Count);
        Assert.InRange(_sent[1] - from, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(4.5));
    }

    [Fact]
    public async Task Refusal_WithoutADate_BacksOffExponentially()
    {
        using var response = await SendAsync(NewOptions(), _ => Refuse(529), _ => Refuse(503), _ => Ok());
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.InRange(_sent[1] - _sent[0], TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(700));
        Assert.InRange(_sent[2] - _sent[1], TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(1300));
    }

    [Fact]
    public async Task Wait_ThatCannotFit_ThrowsBeforeWaiting()
    {
        var from = _time.GetUtcNow();
        var options = NewOptions();
        var thrown = await Assert.ThrowsAsync<RateLimitedException>(() => SendAsync(options, _ => Refuse(429, ("Retry-After", "3600"))));
        Assert.Equal(RateLimitKind.RateLimited, thrown.Kind);
        Assert.True(thrown.RetryAt >= from.AddHours(1));
        Assert.Equal(from, _time.GetUtcNow());
        Assert.Equal(1, options.Statistics.Snapshot().GaveUp);
    }

    [Fact]
    public async Task CoolDown_HoldsForOtherCallsOfTheScope_WhichFailAtOnceWhenTheyCannotWait()
    {
        var options = NewOptions();
        await Assert.ThrowsAsync<RateLimitedException>(() => SendAsync(options, _ => Refuse(429, ("Retry-After", "3600"))));
        await Assert.ThrowsAsync<RateLimitedException>(() => SendAsync(options, _ => Ok()));
        Assert.Single(_sent);
    }

    [Fact]
    public async Task SpendCap_IsTerminal()
    {
        var thrown = await Assert.ThrowsAsync<RateLimitedException>(() => SendAsync(NewOptions(), _ => Refuse(429, """{"error":{"code":"insufficient_quota"}}""")));
        Assert.Equal(RateLimitKind.SpendCap, thrown.Kind);
        Assert.Null(thrown.RetryAt);
        Assert.DoesNotContain("secret", thrown.Scope, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Content_ThatCannotBeSentTwice_IsNotRepeated()
    {
        using var content = new StreamContent(new MemoryStream([1, 2, 3]));
        using var response = await SendAsync(NewOptions(), content, _ => Refuse(429, ("Retry-After", "1")), _ => Ok());
        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Single(_sent);
    }

    [Fact]
    public async Task Content_OfBytes_IsRepeated()
    {
        using var content = new StringContent("body");
        using var response = await SendAsync(NewOptions(), content, _ => Refuse(429, ("Retry-After", "1")), _ => Ok());
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Reset_IsRepeatedForSafeMethodsOnly()
    {
        using var response = await SendAsync(NewOptions(), _ => throw new HttpRequestException(HttpRequestError.ResponseEnded), _ => Ok());
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var content = new StringContent("body");
        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(NewOptions(), content, _ => throw new HttpRequestException(HttpRequestError.ResponseEnded)));
    }

    [Fact]
    public async Task AttemptThatItsBudgetCancels_IsATimeout_ThoughTheConnectionFellWithIt()
    {
        var options = NewOptions();
        options.TotalBudget = TimeSpan.FromSeconds(1);
        using var invoker = new HttpMessageInvoker(new RateLimitHandler(options, _time) { InnerHandler = new FallsWhenCancelled() });
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://api.example/v1");
        var sending = invoker.SendAsync(request, CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<Polly.Timeout.TimeoutRejectedException>(() => sending.WaitAsync(Guard));
        Assert.Equal(0, options.Statistics.Snapshot().GaveUp);
    }

    [Fact]
    public async Task RefusedBodies_AreDisposed()
    {
        var body = new DisposableContent();
        using var response = await SendAsync(NewOptions(), _ => new HttpResponseMessage(HttpStatusCode.TooManyRequests) { Content = body }, _ => Ok());
        Assert.True(body.IsDisposed);
    }

    [Fact]
    public async Task Answer_WhoseUsageCannotBeRead_IsDisposed()
    {
        var body = new DisposableContent();
        var options = NewOptions();
        options.ReadUsage = static (_, _) => throw new InvalidDataException("no usage");
        await Assert.ThrowsAsync<InvalidDataException>(() => SendAsync(options, _ => new HttpResponseMessage(HttpStatusCode.OK) { Content = body }));
        Assert.True(body.IsDisposed);
    }

    [Fact]
    public async Task Refusal_With529OrADated503_IsRepeatedNeverEarlierThanAsked()
    {
        using var response = await SendAsync(NewOptions(), _ => Refuse(529, ("Retry-After", "2")), _ => Refuse(503, ("Retry-After", "4")), _ => Ok());
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.InRange(_sent[1] - _sent[0], TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2.6));
        Assert.InRange(_sent[2] - _sent[1], TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Deadline_InTheContext_WinsWhenEarlier()
    {
        var from = _time.GetUtcNow();
        var pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = _time }.AddRateLimit(NewOptions()).Build();
        var context = ResilienceContextPool.Shared.Get();
        context.Properties.Set(RateLimitContext.Deadline, from.AddSeconds(2));
        var outcome = await pipeline.ExecuteOutcomeAsync(static (_, _) => new ValueTask<Outcome<HttpResponseMessage>>(Outcome.FromResult(Refuse(429, ("Retry-After", "3")))), context, 0);
        ResilienceContextPool.Shared.Return(context);
        var thrown = Assert.IsType<RateLimitedException>(outcome.Exception);
        Assert.InRange(thrown.RetryAt!.Value - from, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(4));
        Assert.Equal(from, _time.GetUtcNow());
    }

    [Fact]
    public async Task Deadline_OfTheRequest_WinsWhenEarlier()
    {
        using var invoker = new HttpMessageInvoker(new RateLimitHandler(NewOptions(), _time) { InnerHandler = new Script(_time, _sent, [_ => Refuse(429, ("Retry-After", "3"))]) });
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://api.example/v1");
        request.Options.Set(RateLimitContext.RequestDeadline, _time.GetUtcNow().AddSeconds(2));
        await Assert.ThrowsAsync<RateLimitedException>(() => invoker.SendAsync(request, CancellationToken.None));
    }

    [Fact]
    public async Task Attempts_WhenUsedUp_ReturnTheLastRefusal()
    {
        var options = NewOptions();
        options.MaxRetryAttempts = 1;
        using var response = await SendAsync(options, _ => Refuse(503), _ => Refuse(503), _ => Ok());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(2, _sent.Count);
    }

    [Fact]
    public async Task Statistics_CountWhatHappened()
    {
        var options = NewOptions();
        using var response = await SendAsync(options, _ => Refuse(429, ("Retry-After", "1")), _ => Refuse(529), _ => Ok());
        var counts = options.Statistics.Snapshot();
        Assert.Equal((3L, 1L, 1L, 1L, 2L), (counts.Requests, counts.Served, counts.RateLimited, counts.Overloaded, counts.Retries));
        Assert.True(counts.BackoffDelay >= TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Options_OutOfRange_AreNamedWithValueAndRange()
    {
        var options = new RateLimitStrategyOptions { TotalBudget = TimeSpan.Zero, BackoffBase = TimeSpan.FromMinutes(1), InitialRequestsPerSecond = double.NaN };
        var thrown = Assert.Throws<OptionsValidationException>(() => new ResiliencePipelineBuilder<HttpResponseMessage>().AddRateLimit(options));
        Assert.Equal(
            [
                "TotalBudget is 00:00:00; it must be from 00:00:00.0000001 to 1.00:00:00.",
                "InitialRequestsPerSecond is NaN; it must be from 0.001 to 10000.",
                "BackoffBase is 00:01:00, more than LongestBackoff, which is 00:00:30.",
            ],
            thrown.Failures);
    }

    private RateLimitStrategyOptions NewOptions()
    {
        var state = new InProcessRateLimitState(PaceSettings.Default, _time);
        return new RateLimitStrategyOptions { State = _ => state };
    }

    private Task<HttpResponseMessage> SendAsync(RateLimitStrategyOptions options, params Func<int, HttpResponseMessage>[] answers)
        => SendAsync(options, null, answers);

    private async Task<HttpResponseMessage> SendAsync(RateLimitStrategyOptions options, HttpContent? content, params Func<int, HttpResponseMessage>[] answers)
    {
        using var invoker = new HttpMessageInvoker(new RateLimitHandler(options, _time) { InnerHandler = new Script(_time, _sent, answers) });
        using var request = new HttpRequestMessage(content is null ? HttpMethod.Get : HttpMethod.Post, "http://api.example/v1") { Content = content };
        request.Headers.TryAddWithoutValidation("x-api-key", "secret");
        var sending = invoker.SendAsync(request, CancellationToken.None);
        await Advancing(sending);
        return await sending;
    }

    /// <summary>Lets virtual time pass, in steps, while the call runs.</summary>
    private async Task Advancing(Task call)
    {
        var guard = Task.Delay(Guard, TimeProvider.System);
        while (!call.IsCompleted)
        {
            var settled = await Task.WhenAny(call, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System), guard);
            Assert.NotSame(guard, settled);
            if (!call.IsCompleted)
                _time.Advance(TimeSpan.FromMilliseconds(100));
        }
    }

    private static HttpResponseMessage Ok() => new(HttpStatusCode.OK);

    private static HttpResponseMessage Refuse(int status, params (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status);
        foreach (var (name, value) in headers)
            response.Headers.TryAddWithoutValidation(name, value);
        return response;
    }

    private static HttpResponseMessage Refuse(int status, string body) => new((HttpStatusCode)status) { Content = new StringContent(body) };

    private sealed class Script(TimeProvider time, List<DateTimeOffset> sent, Func<int, HttpResponseMessage>[] answers) : HttpMessageHandler
    {
        private int _next;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            sent.Add(time.GetUtcNow());
            return Task.FromResult(answers[_next](_next++));
        }
    }

    /// <summary>A send that is cancelled closes its connection, and says inside that it ended before the answer did.</summary>
    private sealed class FallsWhenCancelled : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var cancelled = new TaskCompletionSource();
            using (cancellationToken.Register(cancelled.SetResult))
                await cancelled.Task;
            throw new TaskCanceledException("cancelled", new HttpIOException(HttpRequestError.ResponseEnded), cancellationToken);
        }
    }

    private sealed class DisposableContent : ByteArrayContent
    {
        public DisposableContent()
            : base([])
        {
        }

        public bool IsDisposed { get; private set; }

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }
}
