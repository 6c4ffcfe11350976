using CommitRelay.Performance.RateLimits.State;
using Polly;
using Polly.Telemetry;

namespace CommitRelay.Performance.RateLimits;

/// <summary>Retry around pacing around the inner pipeline; the total budget stands around it (see <see cref="RateLimitBuilderExtensions"/>).</summary>
internal sealed partial class RateLimitStrategy : ResilienceStrategy<HttpResponseMessage>
{
    private readonly RateLimitStrategyOptions _options;
    private readonly ResilienceStrategyTelemetry _telemetry;
    private readonly TimeProvider _time;
    private readonly RateLimitRetry _retry;
    private readonly PacerSource _pacers;

    public RateLimitStrategy(RateLimitStrategyOptions options, ResilienceStrategyTelemetry telemetry, TimeProvider time)
    {
        _options = options;
        _telemetry = telemetry;
        _time = time;
        _retry = new RateLimitRetry(options);
        _pacers = new PacerSource(options, time);
    }

    protected override async ValueTask<Outcome<HttpResponseMessage>> ExecuteCore<TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<HttpResponseMessage>>> callback, ResilienceContext context, TState state)
    {
        var request = context.Properties.GetValue(RateLimitContext.Request, null);
        var call = new Call(request, _pacers.For(request), _retry.Estimate(request), _time, RateLimitBudget.Remaining(_options, context, _time));
        try
        {
            for (var attempt = 0; ; attempt++)
            {
                var permit = await PaceAsync(call, context.CancellationToken).ConfigureAwait(context.ContinueOnCapturedContext);
                var sentAt = _time.GetTimestamp();
                _options.Statistics.OnSent();
                var outcome = await callback(context, state).ConfigureAwait(context.ContinueOnCapturedContext);
                var answer = await LearnOrDisposeAsync(call, permit, sentAt, outcome, context.CancellationToken).ConfigureAwait(context.ContinueOnCapturedContext);
                if (answer.Kind == RateLimitKind.None)
                    return outcome;
                if (await RetryAsync(call, attempt, answer, outcome, context).ConfigureAwait(context.ContinueOnCapturedContext) is { } end)
                    return end;
            }
        }
        catch (Exception e) when (e is RateLimitedException or OperationCanceledException)
        {
            if (e is RateLimitedException)
                _options.Statistics.OnGaveUp();
            return Outcome.FromException<HttpResponseMessage>(e);
        }
        finally
        {
            RateLimitMetrics.OnCall(call.Pacer.Scope, _time.GetElapsedTime(call.StartedAt).TotalSeconds);
        }
    }

    private async ValueTask<RateLimitTicket> PaceAsync(Call call, CancellationToken cancellationToken)
    {
        var from = _time.GetTimestamp();
        var permit = await call.Pacer.AcquireAsync(call.Cost, call.StartedAt, call.Deadline, cancellationToken).ConfigureAwait(false);
        var waited = _time.GetElapsedTime(from);
        _options.Statistics.OnPaced(waited);
        RateLimitMetrics.OnPermit(call.Pacer.Scope, waited.TotalSeconds);
        return permit;
    }

    /// <summary>Nobody but us holds the response: when reading its usage or telling the state of it fails, it has to go.</summary>
    private async ValueTask<Answer> LearnOrDisposeAsync(Call call, RateLimitTicket permit, long sentAt, Outcome<HttpResponseMessage> outcome, CancellationToken cancellationToken)
    {
        try
        {
            return await LearnAsync(call, permit, sentAt, outcome, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            outcome.Result?.Dispose();
            throw;
        }
    }

    /// <summary>Classifies the outcome and tells the scope's state.</summary>
    private async ValueTask<Answer> LearnAsync(Call call, RateLimitTicket permit, long sentAt, Outcome<HttpResponseMessage> outcome, CancellationToken cancellationToken)
    {
        var age = _time.GetElapsedTime(sentAt);
        var headers = outcome.Result is { } response ? RateLimitHeaders.Parse(response, _time.GetUtcNow()) : null;
        var kind = await ClassifyAsync(outcome, headers, cancellationToken).ConfigureAwait(false);
        _options.Statistics.OnAnswered(kind);
        RateLimitUsage? usage = null;
        if (kind == RateLimitKind.None && outcome.Result is { IsSuccessStatusCode: true } served && _options.ReadUsage is { } read)
            usage = await read(served, cancellationToken).ConfigureAwait(false);
        if (outcome.Exception is not null && kind == RateLimitKind.None)
        {
            // Not answered: nothing is known of the limit, and the server may have counted the call.
            return new Answer(kind, null, TimeSpan.Zero);
        }

        var budgetWait = await call.Pacer.State.ReportAsync(permit, new RateLimitReport(kind, age, headers, usage), CancellationToken.None).ConfigureAwait(false);
        await MeasureAsync(call.Pacer, kind).ConfigureAwait(false);
        return new Answer(kind, headers, budgetWait);
    }

    private static ValueTask<RateLimitKind> ClassifyAsync(Outcome<HttpResponseMessage> outcome, RateLimitHeaders? headers, CancellationToken cancellationToken)
    {
        if (outcome.Exception is { } exception)
        {
            // A send that its caller or its budget cancels may say inside how the connection fell: that was us, not the server.
            var cancelled = exception is OperationCanceledException && cancellationToken.IsCancellationRequested;
            return new ValueTask<RateLimitKind>(cancelled ? RateLimitKind.None : RateLimitClassifier.Classify(exception));
        }

        return outcome.Result is { } response
            ? RateLimitClassifier.ClassifyAsync(response, headers!, cancellationToken)
            : new ValueTask<RateLimitKind>(RateLimitKind.None);
    }

    private static async ValueTask MeasureAsync(Pacer pacer, RateLimitKind kind)
    {
        if (kind != RateLimitKind.None)
            RateLimitMetrics.OnRefused(pacer.Scope, kind);
        if (kind == RateLimitKind.None && !RateLimitMetrics.WantsRate)
            return;
        var view = await pacer.State.ViewAsync().ConfigureAwait(false);
        if (pacer.SawCoolDown(view.CoolDowns))
            RateLimitMetrics.OnCoolDown(pacer.Scope);
        if (view.RequestsPerSecond is { } rate)
            RateLimitMetrics.OnRate(pacer.Scope, rate);
    }

    /// <summary>Waits for the next attempt, or says how the call ends without one.</summary>
    private async ValueTask<Outcome<HttpResponseMessage>?> RetryAsync(Call call, int attempt, Answer answer, Outcome<HttpResponseMessage> outcome, ResilienceContext context)
    {
        if (answer.Kind == RateLimitKind.SpendCap)
        {
            outcome.Result?.Dispose();
            throw new RateLimitedException(answer.Kind, call.Pacer.Scope, null, outcome.Exception);
        }

        if (attempt >= _options.MaxRetryAttempts || !_retry.MayRepeat(call.Request, answer.Kind))
            return outcome;
        var wait = _retry.Wait(attempt, answer);
        outcome.Result?.Dispose();
        if (_time.GetTimestamp() + (wait.TotalSeconds * _time.TimestampFrequency) > call.Deadline)
            throw new RateLimitedException(answer.Kind, call.Pacer.Scope, _time.GetUtcNow() + wait, outcome.Exception);
        _telemetry.Report(new ResilienceEvent(ResilienceEventSeverity.Warning, "OnRateLimited"), context, outcome,
            new OnRateLimitedArguments(answer.Kind, call.Pacer.Scope, attempt, wait));
        _options.Statistics.OnRetry(wait);
        RateLimitMetrics.OnRetry(call.Pacer.Scope);
        await Task.Delay(wait, _time, context.CancellationToken).ConfigureAwait(context.ContinueOnCapturedContext);
        return null;
    }

    /// <summary>What is fixed for a call over all its attempts.</summary>
    private readonly struct Call(HttpRequestMessage? request, Pacer pacer, RateLimitUsage cost, TimeProvider time, TimeSpan budget)
    {
        public HttpRequestMessage? Request { get; } = request;

        public Pacer Pacer { get; } = pacer;

        public RateLimitUsage Cost { get; } = cost;

        public long StartedAt { get; } = time.GetTimestamp();

        public long Deadline { get; } = time.GetTimestamp() + (long)(budget.TotalSeconds * time.TimestampFrequency);
    }
}

/// <summary>How an attempt ended: its kind, what the headers said, and what the retry budget demands.</summary>
internal readonly record struct Answer(RateLimitKind Kind, RateLimitHeaders? Headers, TimeSpan BudgetWait);
