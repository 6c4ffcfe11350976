using System.Globalization;
using System.Net;

namespace CommitRelay.Performance.Tests.RateLimits.Simulation;

/// <summary>What the server tells beside the status.</summary>
internal enum Telling
{
    Nothing,
    RetryAfter,
    AnthropicHeaders,
}

/// <summary>A provider: a token bucket, a service time, the headers of the real ones.</summary>
internal sealed class SimulatedServer(VirtualTime time, Scenario scenario)
{
    private static readonly TimeSpan ServiceTime = TimeSpan.FromMilliseconds(40);
    private readonly VirtualTime.Clock _clock = new(time) { IsExact = true };
    private double _level = scenario.Burst;
    private double _tokens = scenario.TokenBurst;
    private double _at = time.Seconds;
    private int _strays;

    public List<double> RefusedAt { get; } = [];

    public List<double> ArrivedAt { get; } = [];

    public double TokensServed { get; private set; }

    public double Rate => scenario.Rate * (time.Seconds >= scenario.DropFrom && time.Seconds < scenario.DropTo ? 0.2 : 1);

    public async Task<HttpResponseMessage> AnswerAsync(int tokens)
    {
        ArrivedAt.Add(time.Seconds);
        Refill();
        var isStorm = scenario.StormEvery > 0 && time.Seconds > scenario.WarmUp && time.Seconds < scenario.StormsEnd && time.Seconds % scenario.StormEvery < 0.5;
        var isOut = isStorm || (time.Seconds >= scenario.OutageFrom && time.Seconds < scenario.OutageTo);
        var isStray = scenario.StrayEvery > 0 && time.Seconds < scenario.StormsEnd && (int)(time.Seconds / scenario.StrayEvery) > _strays;
        if (isStray)
            _strays = (int)(time.Seconds / scenario.StrayEvery);
        var granted = !isOut && !isStray && _level >= 1 && (scenario.TokenRate == 0 || _tokens >= tokens);
        if (granted)
        {
            _level--;
            if (scenario.TokenRate > 0)
                _tokens -= tokens;
            if (time.Seconds >= scenario.WarmUp)
                TokensServed += tokens;
        }
        else
        {
            RefusedAt.Add(time.Seconds);
        }

        var response = new HttpResponseMessage(granted ? HttpStatusCode.OK : HttpStatusCode.TooManyRequests);
        Tell(response, granted, isOut, tokens);
        await Task.Delay(granted ? ServiceTime : TimeSpan.FromMilliseconds(2), _clock).ConfigureAwait(false);
        return response;
    }

    /// <summary>A stranger's call: served or refused, it takes no part in anything else.</summary>
    public bool TakeForStranger()
    {
        Refill();
        if (_level < 1)
            return false;
        _level--;
        return true;
    }

    private void Refill()
    {
        // The rate changes at whole seconds at which something always arrives close by; the error is below one token.
        var elapsed = time.Seconds - _at;
        _level = Math.Min(scenario.Burst, _level + (elapsed * Rate));
        _tokens = Math.Min(scenario.TokenBurst, _tokens + (elapsed * scenario.TokenRate));
        _at = time.Seconds;
    }

    private void Tell(HttpResponseMessage response, bool granted, bool isOut, int tokens)
    {
        var headers = response.Headers;
        if (isOut)
        {
            if (scenario.OutageHasDate)
                headers.TryAddWithoutValidation("Retry-After", Math.Ceiling(scenario.OutageTo - time.Seconds).ToString(CultureInfo.InvariantCulture));
            return;
        }

        if (scenario.Telling == Telling.Nothing)
            return;
        if (!granted)
        {
            var untilNext = Math.Max((1 - _level) / Rate, scenario.TokenRate > 0 ? (tokens - _tokens) / scenario.TokenRate : 0);
            headers.TryAddWithoutValidation("Retry-After", Math.Max(1, Math.Ceiling(untilNext)).ToString(CultureInfo.InvariantCulture));
        }

        if (scenario.Telling != Telling.AnthropicHeaders)
            return;
        TellBucket(response, "requests", scenario.LimitIsBurst ? scenario.Burst : (long)(Rate * 60), _level, (scenario.Burst - _level) / Rate);
        if (scenario.TokenRate > 0)
            TellBucket(response, "tokens", (long)(scenario.TokenRate * 60), _tokens, (scenario.TokenBurst - _tokens) / scenario.TokenRate);
    }

    private void TellBucket(HttpResponseMessage response, string family, double limit, double level, double untilFull)
    {
        var reset = (_clock.GetUtcNow() + TimeSpan.FromSeconds(untilFull)).ToString(scenario.ResetInSeconds ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        response.Headers.TryAddWithoutValidation($"anthropic-ratelimit-{family}-limit", ((long)limit).ToString(CultureInfo.InvariantCulture));
        response.Headers.TryAddWithoutValidation($"anthropic-ratelimit-{family}-remaining", ((long)Math.Max(0, level)).ToString(CultureInfo.InvariantCulture));
        response.Headers.TryAddWithoutValidation($"anthropic-ratelimit-{family}-reset", reset);
    }
}
