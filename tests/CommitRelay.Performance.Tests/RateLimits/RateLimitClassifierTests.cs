using System.Net;
using System.Net.Sockets;
using System.Text;
using CommitRelay.Performance.RateLimits;
using CsCheck;

namespace CommitRelay.Performance.Tests.RateLimits;

public sealed class RateLimitClassifierTests
{
    [Theory]
    [InlineData(200, RateLimitKind.None)]
    [InlineData(400, RateLimitKind.None)]
    [InlineData(429, RateLimitKind.RateLimited)]
    [InlineData(503, RateLimitKind.Unavailable)]
    [InlineData(529, RateLimitKind.Overloaded)]
    public void Status_IsToldApart(int status, RateLimitKind kind) => Assert.Equal(kind, RateLimitClassifier.Classify((HttpStatusCode)status));

    // Error shapes of Anthropic's "Errors" page and OpenAI's "Error codes" guide.
    [Theory]
    [InlineData("""{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""", RateLimitKind.Overloaded)]
    [InlineData("""{"type":"error","error":{"type":"rate_limit_error","message":"m"}}""", RateLimitKind.RateLimited)]
    [InlineData("""{"error":{"message":"m","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}""", RateLimitKind.SpendCap)]
    [InlineData("""{"error":{"message":"m","type":"requests","code":"rate_limit_exceeded"}}""", RateLimitKind.RateLimited)]
    [InlineData("""{"type":"response.failed","response":{"error":{"code":"rate_limit_exceeded"}}}""", RateLimitKind.RateLimited)]
    [InlineData("""{"type":"error","code":"rate_limit_exceeded"}""", RateLimitKind.RateLimited)]
    [InlineData("""{"type":"message","code":"rate_limit_exceeded"}""", RateLimitKind.None)]
    [InlineData("""{"type":"message","content":[{"type":"text","text":"rate_limit_error"}]}""", RateLimitKind.None)]
    [InlineData("""{"error":"rate_limit_error"}""", RateLimitKind.None)]
    [InlineData("429", RateLimitKind.None)]
    [InlineData("{", RateLimitKind.None)]
    [InlineData("", RateLimitKind.None)]
    public void Error_InABodyOrEvent_IsToldApart(string json, RateLimitKind kind) => Assert.Equal(kind, RateLimitClassifier.ClassifyError(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Error_WhateverItsBytes_DoesNotThrow() => Gen.Byte.Array[0, 64].Sample(bytes => RateLimitClassifier.ClassifyError(bytes));

    [Fact]
    public void Exception_OfAResetConnection_IsToldApart()
    {
        Assert.Equal(RateLimitKind.ConnectionReset, RateLimitClassifier.Classify(new HttpRequestException("m", new IOException("m", new SocketException((int)SocketError.ConnectionReset)))));
        Assert.Equal(RateLimitKind.ConnectionReset, RateLimitClassifier.Classify(new HttpRequestException(HttpRequestError.ResponseEnded)));
        Assert.Equal(RateLimitKind.None, RateLimitClassifier.Classify(new HttpRequestException("m", new SocketException((int)SocketError.ConnectionRefused))));
    }

    [Fact]
    public async Task SpendCap_IsA429WithoutADateWhoseCodeSaysSo_AndItsBodyStaysReadable()
    {
        const string body = """{"error":{"code":"insufficient_quota"}}""";
        using var response = new HttpResponseMessage(HttpStatusCode.TooManyRequests) { Content = new StringContent(body) };
        Assert.Equal(RateLimitKind.SpendCap, await RateLimitClassifier.ClassifyAsync(response, RateLimitHeaders.Parse(response, default)));
        Assert.Equal(body, await response.Content.ReadAsStringAsync());
        response.Headers.TryAddWithoutValidation("Retry-After", "1");
        Assert.Equal(RateLimitKind.RateLimited, await RateLimitClassifier.ClassifyAsync(response, RateLimitHeaders.Parse(response, default)));
    }

    [Fact]
    public void Usage_IsReadFromAnAnswer()
    {
        Assert.Equal(new RateLimitUsage(12, 34), RateLimitUsage.Parse("""{"content":[],"usage":{"input_tokens":12,"details":{"input_tokens":9},"output_tokens":34}}"""u8));
        Assert.Equal(new RateLimitUsage(5, 6), RateLimitUsage.Parse("""{"usage":{"prompt_tokens":5,"completion_tokens":6,"total_tokens":11}}"""u8));
        Assert.Null(RateLimitUsage.Parse("{\"usage\":"u8));
        Assert.Null(RateLimitUsage.Parse("[]"u8));
    }
}
