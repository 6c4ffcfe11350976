using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CommitRelay.Performance.Benchmarks.RateLimits;

/// <summary>
/// The provider, a process of its own: tells its port, waits for <c>go TIMESTAMP</c>, and at <c>end</c> tells each request with its time and
/// whether it was refused.
/// </summary>
internal sealed class RateLimitServer(RateLimitRow row, int seed)
{
    public const string TokensHeader = "x-tokens";
    private readonly Lock _gate = new();
    private readonly ScheduledBucket _bucket = new(row, seed, servesStrangerFirst: false);
    private readonly List<(double At, bool Refused)> _requests = [];
    private long _start = long.MaxValue;

    public static async Task<int> RunAsync(RateLimitRow row, int seed)
    {
        var server = new RateLimitServer(row, seed);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        Console.WriteLine(new Uri(app.Urls.First()).Port);
        while (await Console.In.ReadLineAsync() is { } line && line != "end")
            Volatile.Write(ref server._start, long.Parse(line.AsSpan("go ".Length), CultureInfo.InvariantCulture));
        server.Tell();
        return 0;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var tokens = int.TryParse(context.Request.Headers[TokensHeader], CultureInfo.InvariantCulture, out var told) ? told : 0;
        if (Stopwatch.GetTimestamp() < Volatile.Read(ref _start))
            return;
        bool isServed;
        lock (_gate)
        {
            var now = Stopwatch.GetElapsedTime(_start).TotalSeconds;
            isServed = _bucket.TryTake(now, tokens);
            _requests.Add((now, !isServed));
            TellHeaders(context.Response, now, isServed, tokens);
        }

        if (!isServed)
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return;
        }

        await Task.Delay(TimeSpan.FromSeconds(RateLimitRow.ServiceSeconds), TimeProvider.System, context.RequestAborted);
        if (row.TokenRate > 0)
            await context.Response.WriteAsync($$$"""{"type":"message","usage":{"input_tokens":{{{tokens}}},"output_tokens":0}}""");
    }

    private void TellHeaders(HttpResponse response, double now, bool isServed, int tokens)
    {
        if (row.IsOut(now))
        {
            if (row.OutageHasDate)
                response.Headers.RetryAfter = Text(Math.Ceiling(row.Outage.To - now));
            return;
        }

        var rate = row.RateAt(now);
        if (!isServed)
        {
            var wait = Math.Max((1 - _bucket.Level) / rate, row.TokenRate > 0 ? (tokens - _bucket.TokenLevel) / row.TokenRate : 0);
            response.Headers.RetryAfter = Text(Math.Max(1, Math.Ceiling(wait)));
        }

        if (!row.TellsHeaders)
            return;
        TellLimit(response, "requests", rate, _bucket.Level, row.RequestBurst);
        if (row.TokenRate > 0)
            TellLimit(response, "tokens", row.TokenRate, _bucket.TokenLevel, row.TokenRate);
    }

    /// <summary>As documented: the limit is for a minute, reset is when the bucket is full again.</summary>
    private static void TellLimit(HttpResponse response, string family, double rate, double level, double capacity)
    {
        var full = TimeProvider.System.GetUtcNow().AddSeconds((capacity - level) / rate);
        response.Headers[$"anthropic-ratelimit-{family}-limit"] = Text(rate * 60);
        response.Headers[$"anthropic-ratelimit-{family}-remaining"] = Text(Math.Floor(Math.Max(0, level)));
        response.Headers[$"anthropic-ratelimit-{family}-reset"] = full.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    private void Tell()
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        lock (_gate)
        {
            text.WriteLine($"stranger {_bucket.StrangerCalls} {_bucket.StrangerRefused}");
            foreach (var (at, refused) in _requests)
                text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(refused ? "refused" : "served")} {at:F6}"));
        }

        Console.Out.Write(text.ToString());
        Console.Out.Flush();
    }
}
