using Polly;

namespace CommitRelay.Performance.RateLimits;

/// <summary>
/// Sends requests through a pipeline with <see cref="RateLimitBuilderExtensions.AddRateLimit"/> in it. Put it outside of any other
/// resilience handler, and set <see cref="HttpClient.Timeout"/> to infinite: the pipeline's total budget takes its place.
/// <c>AddRateLimitHandler</c> on an <c>IHttpClientBuilder</c> does both.
/// </summary>
/// <remarks>Thread-safe. The same request message is sent again for a retry; its content is not copied.</remarks>
public sealed class RateLimitHandler : DelegatingHandler
{
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline;

    /// <summary>Creates the handler over a pipeline.</summary>
    /// <param name="pipeline">The pipeline; shared with others if you like.</param>
    public RateLimitHandler(ResiliencePipeline<HttpResponseMessage> pipeline)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        _pipeline = pipeline;
    }

    /// <summary>Creates the handler over a pipeline of its own.</summary>
    /// <param name="options">How to pace and retry.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A value is out of its range.</exception>
    public RateLimitHandler(RateLimitStrategyOptions options, TimeProvider? time = null)
        : this(new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }.AddRateLimit(options).Build())
    {
    }

    /// <inheritdoc/>
    /// <exception cref="RateLimitedException">The call cannot be served within its budget, or not at all.</exception>
    /// <exception cref="Polly.Timeout.TimeoutRejectedException">The total budget ended while an attempt was under way.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        try
        {
            context.Properties.Set(RateLimitContext.Request, request);
            if (request.Options.TryGetValue(RateLimitContext.RequestDeadline, out var deadline))
                context.Properties.Set(RateLimitContext.Deadline, deadline);
            var outcome = await _pipeline.ExecuteOutcomeAsync(
                static async (context, handler) => await handler.SendOnceAsync(context).ConfigureAwait(context.ContinueOnCapturedContext),
                context, this).ConfigureAwait(false);
            outcome.ThrowIfException();
            return outcome.Result!;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async ValueTask<Outcome<HttpResponseMessage>> SendOnceAsync(ResilienceContext context)
    {
        try
        {
            var request = context.Properties.GetValue(RateLimitContext.Request, null)!;
            return Outcome.FromResult(await base.SendAsync(request, context.CancellationToken).ConfigureAwait(context.ContinueOnCapturedContext));
        }
        catch (Exception e)
        {
            // A pipeline's callback reports its exception, so that each strategy sees it.
            return Outcome.FromException<HttpResponseMessage>(e);
        }
    }
}
