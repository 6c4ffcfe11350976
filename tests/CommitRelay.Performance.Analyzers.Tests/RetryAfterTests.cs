using CommitRelay.Performance.Analyzers.Rules;
using Rule = CommitRelay.Performance.Analyzers.Tests.Verify<CommitRelay.Performance.Analyzers.Rules.RetryAfterAnalyzer>;

namespace CommitRelay.Performance.Analyzers.Tests;

public sealed class RetryAfterTests
{
    private static string Client(string body) => $$"""
        class Client(HttpClient c)
        {
            private readonly TimeSpan _pause = TimeSpan.FromSeconds(1);
            private string _url = "/a";
            async Task<string?> Get(string u, CancellationToken ct) { await Task.Yield(); {{body}} return null; }
            static TimeSpan Ask(HttpResponseMessage r) => r.Headers.RetryAfter?.Delta ?? TimeSpan.Zero;
        }
        """;

    [Theory]
    [InlineData("while (true) { var r = await c.GetAsync(u, ct); if (r.StatusCode != HttpStatusCode.TooManyRequests) return \"\"; await {|CRP0030:Task.Delay(_pause, ct)|}; }")]
    [InlineData("for (var i = 0; i < 5; i++) { var r = await c.GetAsync(u, ct); switch (r.StatusCode) { case HttpStatusCode.TooManyRequests: await {|CRP0030:Task.Delay(1000, ct)|}; continue; default: return \"\"; } }")]
    [InlineData("while (true) { try { return await c.GetStringAsync(u, ct); } catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.TooManyRequests) { await {|CRP0030:Task.Delay(1000, ct)|}; } }")]
    [InlineData("for (var i = 0; i < 5; i++) { var r = await c.GetAsync(u, ct); if (r.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable) { await {|CRP0030:Task.Delay(TimeSpan.FromSeconds(i), ct)|}; continue; } return \"\"; }")]
    [InlineData("for (var i = 0; i < 5; i++) { var r = await c.GetAsync(u, ct); if (r.IsSuccessStatusCode) return \"\"; await {|CRP0030:Task.Delay(500, ct)|}; }")]
    [InlineData("for (var i = 0; i < 5; i++) { var r = await c.GetAsync(u, ct); if (r.StatusCode == HttpStatusCode.TooManyRequests) { await {|CRP0033:Task.Delay(TimeSpan.FromSeconds(Math.Pow(2, i)), ct)|}; continue; } return \"\"; }")]
    [InlineData("var d = 100; while (true) { var r = await c.GetAsync(u, ct); if ((int)r.StatusCode == 429) { await {|CRP0033:Task.Delay(d, ct)|}; d *= 2; continue; } return \"\"; }")]
    [InlineData("var r = await c.GetAsync(u, ct); if (r.StatusCode == HttpStatusCode.TooManyRequests) { await {|CRP0033:Task.Delay(1000, ct)|}; return await Get(u, ct); }")]
    public Task RetryWithoutRetryAfter_IsFlagged(string body) => Rule.Code(Client(body));

    [Theory]
    [InlineData("while (true) { var r = await c.GetAsync(u, ct); if (r.StatusCode != HttpStatusCode.TooManyRequests) return \"\"; await Task.Delay(r.Headers.RetryAfter?.Delta ?? _pause, ct); }")]
    [InlineData("while (true) { var r = await c.GetAsync(u, ct); if (r.StatusCode != HttpStatusCode.TooManyRequests) return \"\"; await Task.Delay(Ask(r), ct); }")]
    [InlineData("while (true) { var r = await c.GetAsync(u, ct); if ((int)r.StatusCode == 429) { r.Headers.TryGetValues(\"Retry-After\", out var v); await Task.Delay(1000, ct); continue; } return \"\"; }")]
    [InlineData("var r = await c.GetAsync(u, ct); if (r.StatusCode == HttpStatusCode.TooManyRequests) throw new IOException(\"limited\");")]
    [InlineData("while (true) { var r = await c.GetAsync(u, ct); if (r.StatusCode == HttpStatusCode.TooManyRequests) { await Task.Delay(1000, ct); throw new IOException(); } return \"\"; }")]
    [InlineData("for (var i = 0; i < 5; i++) { var r = await c.GetAsync(_url, ct); if (r.StatusCode == HttpStatusCode.TooManyRequests) { _url = \"/b\"; await Task.Delay(100, ct); continue; } return \"\"; }")]
    [InlineData("while (!ct.IsCancellationRequested) { var r = await c.GetAsync(u, ct); if (!r.IsSuccessStatusCode) { Console.WriteLine(r); } await Task.Delay(10000, ct); }")] // cadence
    [InlineData("var port = 429; while (port == 429) { await Task.Delay(1000, ct); }")]
    [InlineData("var r = await c.GetAsync(u, ct); if (r.StatusCode == HttpStatusCode.TooManyRequests) Console.WriteLine(\"limited\");")]
    public Task NearMiss_IsNotFlagged(string body) => Rule.Code(Client(body));
}
