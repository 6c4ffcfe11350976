using System.Globalization;
using CommitRelay.Performance.RateLimits;
using CsCheck;

namespace CommitRelay.Performance.Tests.RateLimits;

public sealed class RateLimitHeadersTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // RFC 9110, 10.2.3 and 5.6.7; retry-after-ms as OpenAI's and Azure's client libraries read it.
    [Theory]
    [InlineData("Retry-After", "120", 120)]
    [InlineData("Retry-After", "1.5", 1.5)]
    [InlineData("Retry-After", "Thu, 01 Jan 2026 00:01:00 GMT", 60)]
    [InlineData("Retry-After", "Thursday, 01-Jan-26 00:01:00 GMT", 60)]
    [InlineData("Retry-After", "Thu Jan 1 00:01:00 2026", 60)]
    [InlineData("Retry-After", "2026-01-01T00:00:30Z", 30)]
    [InlineData("Retry-After", "Wed, 31 Dec 2025 00:00:00 GMT", 0)]
    [InlineData("retry-after-ms", "1500", 1.5)]
    public void RetryAfter_IsReadInEachForm(string name, string value, double seconds)
        => Assert.Equal(TimeSpan.FromSeconds(seconds), Parse((name, value)).RetryAfter);

    [Theory]
    [InlineData("-1")]
    [InlineData("soon")]
    [InlineData("NaN")]
    [InlineData("")]
    [InlineData("0x10")]
    public void RetryAfter_WhenItMakesNoSense_IsNotTold(string value) => Assert.Null(Parse(("Retry-After", value)).RetryAfter);

    [Theory]
    [InlineData("99999999999999999999999999")]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT")]
    public void RetryAfter_WhenItIsAbsurd_IsBounded(string value)
        => Assert.Equal(RateLimitHeaders.LongestWait, Parse(("Retry-After", value)).RetryAfter);

    [Fact]
    public void RetryAfter_WhenBothForms_TheLongerBinds()
        => Assert.Equal(TimeSpan.FromSeconds(2), Parse(("Retry-After", "2"), ("retry-after-ms", "1500")).RetryAfter);

    // Anthropic's "Rate limits" page: limits are for a minute, reset is the RFC 3339 time of full replenishment.
    [Fact]
    public void Anthropic_TellsOfFourResources()
    {
        var headers = Parse(
            ("anthropic-ratelimit-requests-limit", "1000"), ("anthropic-ratelimit-requests-remaining", "999"), ("anthropic-ratelimit-requests-reset", "2026-01-01T00:00:01Z"),
            ("anthropic-ratelimit-tokens-limit", "96000"), ("anthropic-ratelimit-tokens-remaining", "95000"),
            ("anthropic-ratelimit-input-tokens-limit", "80000"), ("anthropic-ratelimit-output-tokens-limit", "16000"));
        Assert.Equal([RateLimitResource.Requests, RateLimitResource.Tokens, RateLimitResource.InputTokens, RateLimitResource.OutputTokens], headers.Limits.Select(l => l.Resource));
        var requests = headers.Find(RateLimitResource.Requests)!.Value;
        Assert.Equal((1000L, 999L), (requests.Limit, requests.Remaining));
        Assert.Equal(TimeSpan.FromSeconds(1), requests.ResetAfter);
        Assert.Equal(RateLimitReplenishment.Continuous, requests.Replenishment);
    }

    [Fact]
    public void Anthropic_WhenTheClocksDisagree_CountsFromTheServersDate()
    {
        var headers = Parse(("Date", "Thu, 01 Jan 2026 01:00:00 GMT"), ("anthropic-ratelimit-requests-limit", "50"), ("anthropic-ratelimit-requests-reset", "2026-01-01T01:00:06Z"));
        Assert.Equal(TimeSpan.FromSeconds(6), headers.Find(RateLimitResource.Requests)!.Value.ResetAfter);
    }

    // A server that cuts its date to the second and renews it once a second (Kestrel) is up to two seconds late, its clock right all the same.
    [Theory]
    [InlineData("Wed, 31 Dec 2025 23:59:58 GMT")]
    [InlineData("Wed, 31 Dec 2025 23:59:59 GMT")]
    [InlineData("Thu, 01 Jan 2026 00:00:00 GMT")]
    public void Anthropic_WhenOnlyTheDateHeaderIsLate_CountsFromOurClock(string date)
    {
        var headers = Parse(("Date", date), ("anthropic-ratelimit-requests-limit", "50"), ("anthropic-ratelimit-requests-reset", "2026-01-01T00:00:00.250Z"));
        Assert.Equal(TimeSpan.FromMilliseconds(250), headers.Find(RateLimitResource.Requests)!.Value.ResetAfter);
    }

    // OpenAI's "Rate limits" guide: 1s, 6m0s. Azure OpenAI sends plain seconds.
    [Theory]
    [InlineData("1s", 1)]
    [InlineData("6m0s", 360)]
    [InlineData("12ms", 0.012)]
    [InlineData("1h2m3.5s", 3723.5)]
    [InlineData("7", 7)]
    public void OpenAi_ResetIsADuration(string reset, double seconds)
    {
        var limit = Parse(("x-ratelimit-limit-tokens", "150000"), ("x-ratelimit-remaining-tokens", "149984"), ("x-ratelimit-reset-tokens", reset)).Find(RateLimitResource.Tokens)!.Value;
        Assert.Equal(TimeSpan.FromSeconds(seconds), limit.ResetAfter);
        Assert.Equal(149984, limit.Remaining);
    }

    // GitHub's "Rate limits for the REST API": the reset is an epoch second, the window an hour.
    [Fact]
    public void GitHub_ResetIsAnEpochSecond()
    {
        var reset = Now.AddMinutes(10).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var limit = Parse(("x-ratelimit-limit", "5000"), ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", reset)).Find(RateLimitResource.Requests)!.Value;
        Assert.Equal(TimeSpan.FromMinutes(10), limit.ResetAfter);
        Assert.Equal(RateLimitReplenishment.Window, limit.Replenishment);
    }

    // draft-ietf-httpapi-ratelimit-headers, revisions 10, 7 and 6.
    [Fact]
    public void Ietf_TheTightestPolicyIsTaken()
    {
        var limit = Parse(("RateLimit-Policy", "\"burst\";q=100;w=60, \"daily\";q=1000;w=86400"), ("RateLimit", "\"burst\";r=80;t=30, \"daily\";r=10;t=3600")).Find(RateLimitResource.Requests)!.Value;
        Assert.Equal((1000L, 10L), (limit.Limit, limit.Remaining));
        Assert.Equal(TimeSpan.FromHours(1), limit.ResetAfter);
        Assert.Equal(TimeSpan.FromDays(1), limit.Window);
    }

    [Fact]
    public void Ietf_OlderRevisionsAreRead()
    {
        Assert.Equal(50, Parse(("RateLimit", "limit=100, remaining=50, reset=30")).Find(RateLimitResource.Requests)!.Value.Remaining);
        var six = Parse(("RateLimit-Limit", "100, 100;w=60"), ("RateLimit-Remaining", "49"), ("RateLimit-Reset", "30")).Find(RateLimitResource.Requests)!.Value;
        Assert.Equal((100L, 49L, TimeSpan.FromMinutes(1)), (six.Limit, six.Remaining, six.Window));
    }

    [Fact]
    public void Parse_WhateverTheServerSends_IsBoundedAndDoesNotThrow()
    {
        string[] names = ["Retry-After", "retry-after-ms", "Date", "anthropic-ratelimit-requests-limit", "anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset",
            "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens", "RateLimit", "RateLimit-Policy", "RateLimit-Remaining", "RateLimit-Limit"];
        string[] pieces = ["0", "1", "-", "9999999999999999999", ".", "e", "s", "ms", "m", "\"a\"", ";", "=", "r", "q", "t", "w", ",", " ", "2026-01-01T00:00:00Z", "Thu, 01 Jan 2026 00:00:00 GMT", "\u00e9", "NaN", "reset=", "remaining="];
        var header = Gen.Select(Gen.Int[0, names.Length - 1], Gen.Int[0, pieces.Length - 1].Array[0, 8], (name, parts) => (names[name], string.Concat(parts.Select(part => pieces[part]))));
        header.Array[0, 6].Sample(sent =>
        {
            var headers = Parse(sent);
            Assert.True(headers.RetryAfter is null || (headers.RetryAfter >= TimeSpan.Zero && headers.RetryAfter <= RateLimitHeaders.LongestWait));
            Assert.All(headers.Limits, limit =>
            {
                Assert.InRange(limit.Remaining ?? 0, 0, 1_000_000_000_000);
                Assert.InRange(limit.ResetAfter ?? TimeSpan.Zero, TimeSpan.Zero, RateLimitHeaders.LongestWait);
            });
        });
    }

    private static RateLimitHeaders Parse(params (string Name, string Value)[] headers)
    {
        using var response = new HttpResponseMessage();
        foreach (var (name, value) in headers)
            response.Headers.TryAddWithoutValidation(name, value);
        return RateLimitHeaders.Parse(response, Now);
    }
}
