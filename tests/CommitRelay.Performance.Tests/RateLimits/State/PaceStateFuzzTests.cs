using CommitRelay.Performance.RateLimits;
using CommitRelay.Performance.RateLimits.State;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace CommitRelay.Performance.Tests.RateLimits.State;

/// <summary>Servers say strange things; what the controller makes of them must stay a pace.</summary>
public sealed class PaceStateFuzzTests
{
    private static readonly string[] Names =
    [
        "Retry-After", "anthropic-ratelimit-requests-limit", "anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset",
        "anthropic-ratelimit-tokens-limit", "anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset",
        "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "RateLimit", "RateLimit-Policy",
    ];

    private static readonly string[] Values =
    [
        "0", "1", "3", "50", "3000", "1000000000000", "99999999999999999999", "-1", "x", "1s", "0.001", "2000-01-01T00:00:00.000Z", "2000-01-01T00:00:01Z",
        "2000-01-01T00:10:00.000Z", "9999-12-31T23:59:59Z", "\"a\";r=0;t=0", "\"a\";r=5;t=1", "\"a\";q=10;w=1", "\"a\";q=0;w=0",
    ];

    [Fact]
    public async Task Answers_WhateverTheySay_LeaveAFinitePaceAndAWayOn()
    {
        var header = Gen.Select(Gen.Int[0, Names.Length - 1], Gen.Int[0, Values.Length - 1]);
        var answer = Gen.Select(header.Array[0, 5], Gen.Enum<RateLimitKind>(), Gen.Int[0, 100_000], Gen.Long[0, 1_000_000_000_000]);
        await answer.Array[1, 30].SampleAsync(CheckAsync);
    }

    private static async Task CheckAsync(((int Name, int Value)[] Headers, RateLimitKind Kind, int Milliseconds, long Tokens)[] answers)
    {
        var time = new FakeTimeProvider();
        var state = new InProcessRateLimitState(PaceSettings.Default, time);
        foreach (var (headers, kind, milliseconds, tokens) in answers)
        {
            var ticket = await state.ReserveAsync(new RateLimitUsage(tokens, tokens / 2));
            time.Advance(TimeSpan.FromMilliseconds(milliseconds));
            using var response = new HttpResponseMessage();
            foreach (var (name, value) in headers)
                response.Headers.TryAddWithoutValidation(Names[name], Values[value]);
            var report = new RateLimitReport(kind, TimeSpan.FromMilliseconds(milliseconds / 2), RateLimitHeaders.Parse(response, time.GetUtcNow()), new RateLimitUsage(tokens / 3, 0));
            var budgetWait = await state.ReportAsync(ticket, report);
            Assert.InRange(budgetWait, TimeSpan.Zero, TimeSpan.FromDays(1));
            var view = await state.ViewAsync();
            Assert.True(view.RequestsPerSecond is null or (> 0 and < 1e13), $"{view.RequestsPerSecond}/s");
            Assert.InRange(view.StoppedFor, TimeSpan.Zero, TimeSpan.FromDays(1));
        }

        // A call without tokens is due some time: nothing has become infinite or no number.
        Assert.InRange((await state.ReserveAsync(default)).Wait, TimeSpan.Zero, TimeSpan.FromDays(1));
    }
}
