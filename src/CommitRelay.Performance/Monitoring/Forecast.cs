using System.Globalization;

namespace CommitRelay.Performance.Monitoring;

/// <summary>When a falling value will reach zero, and on what that rests.</summary>
/// <param name="Until">The time left; null when the value does not fall, or too little is known.</param>
/// <param name="Basis">In words: how many samples, over what time, at what rate, or why there is no answer.</param>
public sealed record Forecast(TimeSpan? Until, string Basis);

/// <summary>
/// Watches one value over a window of time and says when it will reach zero at the rate of the window:
/// free bytes until the disk is full, open tasks until the queue is empty. Not thread-safe.
/// </summary>
/// <remarks>
/// The rate is the Theil-Sen estimator (the median of the slopes between pairs of samples; P. K. Sen, 1968) over pairs that lie
/// at most a quarter of the samples apart: one clean-up or one burst shifts the level of all later samples, and only such near
/// pairs keep it in the minority.
/// </remarks>
public sealed class Forecaster
{
    private const int FewestSamples = 5;
    private const int MostSamples = 120;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);
    private readonly Queue<(DateTimeOffset At, double Value)> _samples = new();
    private readonly TimeSpan _window;

    /// <summary>Creates a forecaster that knows nothing yet.</summary>
    /// <param name="window">How far back samples count; more than zero.</param>
    public Forecaster(TimeSpan window)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(window, TimeSpan.Zero);
        _window = window;
    }

    /// <summary>Takes a sample. At most the latest 120 of the window count.</summary>
    /// <param name="at">When; not before the one before.</param>
    /// <param name="value">The value; a value that is not finite is passed over.</param>
    public void Add(DateTimeOffset at, double value)
    {
        if (!double.IsFinite(value))
            return;
        _samples.Enqueue((at, value));
        while (_samples.Count > MostSamples || at - _samples.Peek().At > _window)
            _samples.Dequeue();
    }

    /// <summary>When the value reaches zero if it goes on as in the window.</summary>
    public Forecast UntilZero()
    {
        if (_samples.Count < FewestSamples)
            return new Forecast(null, $"{_samples.Count} samples; {FewestSamples} are needed");
        var samples = _samples.ToArray();
        var span = samples[^1].At - samples[0].At;
        var perSecond = MedianSlope(samples);
        var basis = string.Create(CultureInfo.InvariantCulture, $"{samples.Length} samples over {span.TotalSeconds:0} s, {perSecond * 60:0.###} a minute");
        if (samples[^1].Value <= 0)
            return new Forecast(TimeSpan.Zero, basis);
        if (perSecond >= 0)
            return new Forecast(null, basis + ", so it does not fall");
        var seconds = samples[^1].Value / -perSecond;
        return seconds > Longest.TotalSeconds
            ? new Forecast(null, basis + ", more than ten years away")
            : new Forecast(TimeSpan.FromSeconds(seconds), basis);
    }

    private static double MedianSlope((DateTimeOffset At, double Value)[] samples)
    {
        var apart = Math.Max(1, samples.Length / 4);
        var slopes = new List<double>(samples.Length * apart);
        for (var i = 0; i < samples.Length; i++)
        {
            for (var j = i + 1; j < samples.Length && j <= i + apart; j++)
            {
                var seconds = (samples[j].At - samples[i].At).TotalSeconds;
                if (seconds > 0)
                    slopes.Add((samples[j].Value - samples[i].Value) / seconds);
            }
        }

        if (slopes.Count == 0)
            return 0;
        slopes.Sort();
        var middle = slopes.Count / 2;
        return slopes.Count % 2 == 1 ? slopes[middle] : (slopes[middle - 1] + slopes[middle]) / 2;
    }
}
