using CommitRelay.Performance.Analyzers.Rules;
using Rule = CommitRelay.Performance.Analyzers.Tests.Verify<CommitRelay.Performance.Analyzers.Rules.JsonLinesReadWholeAnalyzer>;

namespace CommitRelay.Performance.Analyzers.Tests;

public sealed class JsonLinesReadWholeTests
{
    private static string Reader(string body, string members = "") => $$"""
        class T { }
        class Reader
        {
            {{members}}
            async Task Read(string p) { await Task.Yield(); {{body}} }
        }
        """;

    [Theory]
    [InlineData("foreach (var l in {|CRP0012:File.ReadAllLines(p)|}) JsonSerializer.Deserialize<T>(l);")]
    [InlineData("foreach (var l in await {|CRP0012:File.ReadAllLinesAsync(p)|}) { if (l.Length == 0) continue; using var d = JsonDocument.Parse(l.Trim()); }")]
    [InlineData("var lines = {|CRP0012:File.ReadAllLines(p)|}; foreach (var l in lines) JsonSerializer.Deserialize<T>(l);")]
    [InlineData("var all = {|CRP0012:File.ReadAllLines(p)|}.Where(l => l.Length > 0).Select(l => JsonSerializer.Deserialize<T>(l)).ToList();")]
    [InlineData("var all = {|CRP0012:File.ReadAllLines(p)|}.Select(Parse).ToList(); static T? Parse(string s) => JsonSerializer.Deserialize<T>(s);")]
    public Task LinesParsedOneByOne_AreFlagged(string body) => Rule.Code(Reader(body));

    [Theory]
    [InlineData("foreach (var l in File.ReadLines(p)) JsonSerializer.Deserialize<T>(l);")]
    [InlineData("foreach (var l in File.ReadAllLines(p)) Console.WriteLine(l.Split(','));")]
    [InlineData("var lines = File.ReadAllLines(p); Console.WriteLine(lines.Length); foreach (var l in lines) JsonSerializer.Deserialize<T>(l);")]
    [InlineData("var lines = File.ReadAllLines(p); JsonSerializer.Deserialize<T>(lines[0]);")]
    [InlineData("var lines = File.ReadAllLines(p); JsonSerializer.Deserialize<T>(string.Join(\"\", lines));")]
    [InlineData("try { p = p.Trim(); } catch { foreach (var l in File.ReadAllLines(p)) JsonSerializer.Deserialize<T>(l); }")]
    public Task NearMiss_IsNotFlagged(string body) => Rule.Code(Reader(body));
}
