using System.Threading.RateLimiting;

namespace CommitRelay.Performance.Benchmarks.RateLimits;

/// <summary>A sixteenth of the key's rate for each process, told beforehand, in the framework's limiter.</summary>
internal sealed class StaticShareHandler : DelegatingHandler
{
    private readonly TokenBucketRateLimiter _limiter = new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = 1,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromSeconds(RateLimitRow.Processes / RateLimitRow.Rate),
        QueueLimit = int.MaxValue,
    });

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var lease = await _limiter.AcquireAsync(1, cancellationToken);
        return await base.SendAsync(request, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        _limiter.Dispose();
        base.Dispose(disposing);
    }
}
