using CommitRelay.Performance.Analyzers.Rules;
using Rule = CommitRelay.Performance.Analyzers.Tests.Verify<CommitRelay.Performance.Analyzers.Rules.HttpClientPerItemAnalyzer>;

namespace CommitRelay.Performance.Analyzers.Tests;

public sealed class HttpClientPerItemTests
{
    [Theory]
    [InlineData("async Task Run(IEnumerable<string> urls) { foreach (var u in urls) { using var c = {|CRP0032:new HttpClient()|}; await c.GetAsync(u); } }")]
    [InlineData("async Task Run(Queue<string> q) { while (q.TryDequeue(out var u)) await Get(u); } async Task Get(string u) { using var c = {|CRP0032:new HttpClient()|}; await c.GetAsync(u); }")]
    [InlineData("async Task Run(Queue<string> q) { while (true) { var u = q.Dequeue(); await {|CRP0032:new HttpClient()|}.GetAsync(u); } }")]
    public Task ClientPerItem_IsFlagged(string members) => Rule.Code($"class C {{ {members} }}");

    [Theory]
    [InlineData("async Task Get(string u) { using var c = new HttpClient(); await c.GetAsync(u); }")] // no loop
    [InlineData("async Task Run(IEnumerable<string> urls) { using var c = new HttpClient(); foreach (var u in urls) await c.GetAsync(u); }")]
    [InlineData("async Task Run(IEnumerable<string> proxies) { foreach (var p in proxies) { using var c = new HttpClient(new HttpClientHandler { Proxy = new WebProxy(p) }); await c.GetAsync(\"/\"); } }")]
    [InlineData("async Task Run(IEnumerable<string> proxies) { foreach (var p in proxies) { var h = new HttpClientHandler(); h.Proxy = new WebProxy(p); using var c = new HttpClient(h); await c.GetAsync(\"/\"); } }")]
    [InlineData("List<HttpClient> All(IEnumerable<string> hosts) { var l = new List<HttpClient>(); foreach (var h in hosts) { var c = new HttpClient(); l.Add(c); } return l; }")]
    [InlineData("async Task Run(string u) { for (var i = 0; i < 3; i++) { try { using var c = new HttpClient(); await c.GetAsync(u); return; } catch (HttpRequestException) { } } }")] // retry
    [InlineData("async Task Run(string u) { while (true) { using var c = new HttpClient(); await c.GetAsync(u); await Task.Delay(60_000); } }")]
    [InlineData("class HttpClient { } void Run(IEnumerable<string> us) { foreach (var u in us) { var c = new HttpClient(); } }")]
    public Task NearMiss_IsNotFlagged(string members) => Rule.Code($"class C {{ {members} }}");
}
