using System.Globalization;

namespace CommitRelay.Samples.Worker;

/// <summary>
/// The API that the worker calls: Kestrel on a loopback port, with a token bucket as a real provider has.
/// An empty bucket answers 429 with Retry-After; every answer tells what is left in anthropic-ratelimit-* headers.
/// </summary>
internal sealed class DemoApi : IAsyncDisposable
{
    private static readonly TimeSpan ServiceTime = TimeSpan.FromMilliseconds(25);
    private readonly WebApplication _app;
    private readonly TokenBucket _bucket;
    private readonly TimeProvider _time;
    private int _served;
    private int _refused;

    private DemoApi(WebApplication app, TokenBucket bucket, TimeProvider time)
    {
        _app = app;
        _bucket = bucket;
        _time = time;
    }

    public Uri Address => new(_app.Urls.First());

    /// <summary>Calls that the server answered with work done.</summary>
    public int Served => Volatile.Read(ref _served);

    /// <summary>Calls that the server refused with 429.</summary>
    public int Refused => Volatile.Read(ref _refused);

    public static async Task<DemoApi> StartAsync(double requestsPerSecond, int burst, TimeProvider time, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var api = new DemoApi(builder.Build(), new TokenBucket(requestsPerSecond, burst, time), time);
        api._app.MapPost("/v1/tasks/{id}", api.AnswerAsync);
        await api._app.StartAsync(cancellationToken);
        return api;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var granted = _bucket.TryTake(out var left, out var untilNext, out var untilFull);
        var headers = context.Response.Headers;
        headers["anthropic-ratelimit-requests-limit"] = _bucket.PerMinute.ToString(CultureInfo.InvariantCulture);
        headers["anthropic-ratelimit-requests-remaining"] = left.ToString(CultureInfo.InvariantCulture);
        headers["anthropic-ratelimit-requests-reset"] = (_time.GetUtcNow() + untilFull).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        if (!granted)
        {
            Interlocked.Increment(ref _refused);
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            headers.RetryAfter = Math.Ceiling(untilNext.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return;
        }

        await Task.Delay(ServiceTime, _time, context.RequestAborted);
        Interlocked.Increment(ref _served);
        context.Response.StatusCode = StatusCodes.Status200OK;
    }

    /// <summary>Refills continuously at a rate, up to a burst.</summary>
    private sealed class TokenBucket(double perSecond, int burst, TimeProvider time)
    {
        private readonly Lock _gate = new();
        private double _tokens = burst;
        private long _at = time.GetTimestamp();

        public long PerMinute => (long)(perSecond * 60);

        public bool TryTake(out int left, out TimeSpan untilNext, out TimeSpan untilFull)
        {
            lock (_gate)
            {
                var now = time.GetTimestamp();
                _tokens = Math.Min(burst, _tokens + time.GetElapsedTime(_at, now).TotalSeconds * perSecond);
                _at = now;
                var granted = _tokens >= 1;
                if (granted)
                    _tokens--;
                left = (int)_tokens;
                untilNext = TimeSpan.FromSeconds(Math.Max(0, (1 - _tokens) / perSecond));
                untilFull = TimeSpan.FromSeconds((burst - _tokens) / perSecond);
                return granted;
            }
        }
    }
}
