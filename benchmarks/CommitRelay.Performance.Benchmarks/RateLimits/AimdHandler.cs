using System.Globalization;

namespace CommitRelay.Performance.Benchmarks.RateLimits;

/// <summary>What a careful author writes for one process: a pace that grows with each success and is cut at each refusal; Retry-After is kept.</summary>
internal sealed class AimdHandler : DelegatingHandler
{
    private const double Increase = 0.05;
    private const double Decrease = 0.7;
    private const double Lowest = 0.2;
    private readonly Lock _gate = new();
    private double _rate = 10;
    private long _next = TimeProvider.System.GetTimestamp();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(TakePlace(), TimeProvider.System, cancellationToken);
            var response = await base.SendAsync(request, cancellationToken);
            Learn(response.IsSuccessStatusCode);
            if (response.IsSuccessStatusCode)
                return response;
            var asked = response.Headers.NonValidated.TryGetValues("Retry-After", out var text) && double.TryParse(text.ToString(), CultureInfo.InvariantCulture, out var seconds) ? seconds : 1;
            response.Dispose();
            await Task.Delay(TimeSpan.FromSeconds(asked * (1 + (0.1 * Random.Shared.NextDouble()))), TimeProvider.System, cancellationToken);
        }
    }

    private TimeSpan TakePlace()
    {
        lock (_gate)
        {
            var now = TimeProvider.System.GetTimestamp();
            var place = Math.Max(_next, now);
            _next = place + (long)(TimeProvider.System.TimestampFrequency / _rate);
            return TimeProvider.System.GetElapsedTime(now, place);
        }
    }

    private void Learn(bool served)
    {
        lock (_gate)
            _rate = served ? _rate + Increase : Math.Max(_rate * Decrease, Lowest);
    }
}
