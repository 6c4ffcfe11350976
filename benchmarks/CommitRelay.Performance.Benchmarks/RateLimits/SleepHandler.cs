namespace CommitRelay.Performance.Benchmarks.RateLimits;

/// <summary>The runbook's <c>sleep $((2 ** retry_count))</c>.</summary>
internal sealed class SleepHandler : DelegatingHandler
{
    private const int MostDoublings = 5;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var retryCount = 0; ; retryCount++)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (response.IsSuccessStatusCode)
                return response;
            response.Dispose();
            await Task.Delay(TimeSpan.FromSeconds(1 << Math.Min(retryCount, MostDoublings)), TimeProvider.System, cancellationToken);
        }
    }
}
