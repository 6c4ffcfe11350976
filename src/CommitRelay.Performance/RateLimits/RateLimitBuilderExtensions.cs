using System.Diagnostics.CodeAnalysis;
using CommitRelay.Performance.RateLimits;
using Polly.Timeout;

namespace Polly;

/// <summary>Adds pacing and retry for rate limits to a pipeline.</summary>
public static class RateLimitBuilderExtensions
{
    /// <summary>
    /// Adds, from the outside in: the total budget, retry, pacing. What is added after it runs once an attempt: a timeout there is the
    /// attempt's, and the send stands innermost.
    /// </summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="options">How to pace and retry; read now, later changes are not seen.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A value is out of its range; the message names all that are.</exception>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Polly reads validation attributes of the options by reflection; ours have none, and are validated by code.")]
    public static ResiliencePipelineBuilder<HttpResponseMessage> AddRateLimit(this ResiliencePipelineBuilder<HttpResponseMessage> builder, RateLimitStrategyOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        RateLimitStrategyOptionsValidator.ThrowIfInvalid(options);
        var time = builder.TimeProvider ?? TimeProvider.System;
        return builder
            .AddTimeout(new TimeoutStrategyOptions
            {
                Name = $"{options.Name}-TotalBudget",
                TimeoutGenerator = arguments => new ValueTask<TimeSpan>(Later(RateLimitBudget.Remaining(options, arguments.Context, time))),
            })
            .AddStrategy(context => new RateLimitStrategy(options, context.Telemetry, time), options);
    }

    /// <summary>A budget that is used up still has to end the call: Polly takes zero for "no timeout".</summary>
    private static TimeSpan Later(TimeSpan left) => left > TimeSpan.Zero ? left : TimeSpan.FromTicks(1);
}
