using System.Diagnostics;
using System.Globalization;
using CommitRelay.Performance.RateLimits;

namespace CommitRelay.Performance.Benchmarks.RateLimits;

/// <summary>
/// A client process of four callers, each in a closed loop. Says <c>ready</c>, waits for <c>go TIMESTAMP</c>, tells each call as it ends
/// (a killed process has told what it did), and at <c>end</c> those that have not.
/// </summary>
internal sealed class RateLimitClient(RateLimitRow row, int process, int seed, HttpMessageInvoker http, Uri address)
{
    /// <summary>The tokens that the caller thinks its call will cost.</summary>
    public static readonly HttpRequestOptionsKey<int> Estimate = new("estimate");
    private readonly double[] _startedAt = new double[RateLimitRow.Callers];
    private readonly Lock _gate = new();
    private long _start;

    public static async Task<int> RunAsync(RateLimitRow row, int process, int seed, string contender, int port, string scope)
    {
        var address = new Uri($"http://127.0.0.1:{port}/v1");
        using var http = new HttpMessageInvoker(Contenders.All[contender](row, new SocketsHttpHandler { UseProxy = false }, scope));
        using (var plain = new HttpClient(new SocketsHttpHandler { UseProxy = false }))
            await plain.GetAsync(address);
        var client = new RateLimitClient(row, process, seed, http, address);
        Console.WriteLine("ready");
        if (await Console.In.ReadLineAsync() is not { } go)
            return 1;
        client._start = long.Parse(go.AsSpan("go ".Length), CultureInfo.InvariantCulture);
        for (var caller = 0; caller < RateLimitRow.Callers; caller++)
            _ = client.CallAsync(caller);
        await Console.In.ReadLineAsync();
        client.TellUnfinished();
        return 0;
    }

    private double Now => Stopwatch.GetElapsedTime(_start).TotalSeconds;

    private async Task CallAsync(int caller)
    {
        var random = new Random(HashCode.Combine(seed, process, caller));
        await Task.Delay(TimeSpan.FromSeconds(Math.Max(0, random.NextDouble() * 2 - Now)), TimeProvider.System, CancellationToken.None);
        while (true)
        {
            var startedAt = Now;
            lock (_gate)
                _startedAt[caller] = startedAt;
            var tokens = row.NextTokens(random);
            var isServed = await SendAsync(tokens, random);
            Tell(isServed ? "served" : "failed", startedAt, tokens);
        }
    }

    private async Task<bool> SendAsync(int tokens, Random random)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (tokens > 0)
        {
            request.Headers.TryAddWithoutValidation(RateLimitServer.TokensHeader, tokens.ToString(CultureInfo.InvariantCulture));
            request.Options.Set(Estimate, (int)(tokens * (0.67 + (random.NextDouble() * 0.66))));
        }

        try
        {
            using var response = await http.SendAsync(request, CancellationToken.None);
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or RateLimitedException or Polly.ExecutionRejectedException or OperationCanceledException)
        {
            return false;
        }
    }

    private void Tell(string end, double startedAt, int tokens)
    {
        lock (_gate)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{end} {startedAt:F6} {Now:F6} {tokens}"));
    }

    private void TellUnfinished()
    {
        lock (_gate)
        {
            foreach (var startedAt in _startedAt)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"unfinished {startedAt:F6} {row.Seconds:F6} 0"));
        }
    }
}
