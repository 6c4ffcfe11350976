using CommitRelay.Performance.Events;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.RateLimits;

namespace CommitRelay.Performance.Workers;

/// <summary>The work on one task, and its outcome.</summary>
internal sealed partial class WorkerRun<T>
{
    private async Task WorkAsync(TaskClaim<T> claim)
    {
        var started = options.TimeProvider.GetTimestamp();
        Tell(claim, "task_started", "info", duration: null, message: null);
        using var timeout = new CancellationTokenSource(options.TaskTimeout, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _graceOver.Token);
        Exception? fault = null;
        try
        {
            await work(claim, either.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Whatever the work throws is the task's outcome, never the loop's end.
            fault = e;
        }

        var duration = options.TimeProvider.GetElapsedTime(started);
        switch (fault)
        {
            case null:
                await SettleAsync(claim, token => queue.CompleteAsync([claim], token), () => Completed(claim, duration)).ConfigureAwait(false);
                break;
            case RateLimitedException limited:
                await GiveBackAsync(claim, limited.RetryAt ?? options.TimeProvider.GetUtcNow() + options.SpendCapPause, limited.Message, duration).ConfigureAwait(false);
                break;
            case OperationCanceledException when _graceOver.IsCancellationRequested:
                await GiveBackAsync(claim, null, "the worker stops", duration).ConfigureAwait(false);
                break;
            default:
                var reason = fault is OperationCanceledException && timeout.IsCancellationRequested ? $"ran longer than {options.TaskTimeout}" : $"{fault.GetType().Name}: {fault.Message}";
                await SettleAsync(claim, token => queue.FailAsync([claim], reason, token), () => Failed(claim, duration, reason, fault)).ConfigureAwait(false);
                break;
        }
    }

    private ValueTask GiveBackAsync(TaskClaim<T> claim, DateTimeOffset? retryAt, string reason, TimeSpan duration)
    {
        if (retryAt is { } until)
            _governor.PauseUntil(until);
        return SettleAsync(claim, token => queue.AbandonAsync([claim], retryAt, token), () =>
        {
            Interlocked.Increment(ref _givenBack);
            Log.TaskGivenBack(options.Logger, claim.Id, retryAt, reason);
            Tell(claim, "task_given_back", "info", duration, reason);
        });
    }

    private void Completed(TaskClaim<T> claim, TimeSpan duration)
    {
        Interlocked.Increment(ref _completed);
        Tell(claim, "task_completed", "info", duration, message: null);
    }

    private void Failed(TaskClaim<T> claim, TimeSpan duration, string reason, Exception fault)
    {
        Interlocked.Increment(ref _failed);
        Log.TaskFailed(options.Logger, claim.Id, claim.Attempt, reason, fault);
        Tell(claim, "task_failed", "warning", duration, reason);
    }

    /// <summary>Writes the outcome to the queue; while the disk is full it waits, since the work is done and must not be done again.</summary>
    private async ValueTask SettleAsync(TaskClaim<T> claim, Func<CancellationToken, ValueTask> settle, Action settled)
    {
        while (true)
        {
            try
            {
                await settle(CancellationToken.None).ConfigureAwait(false);
                settled();
                return;
            }
            catch (ClaimLostException)
            {
                Log.ClaimLost(options.Logger, claim.Id);
                break;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
            {
                Log.CannotSettle(options.Logger, claim.Id, Pause, e);
                if (_graceOver.IsCancellationRequested)
                    break;
                await Task.Delay(Pause, options.TimeProvider, _graceOver.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        Interlocked.Increment(ref _lost);
        Tell(claim, "task_claim_lost", "warning", duration: null, message: null);
    }

    private void Tell(TaskClaim<T> claim, string type, string severity, TimeSpan? duration, string? message)
    {
        if (options.Events is not { } events)
            return;
        try
        {
            events.Write(
                new WorkerEvent(options.TimeProvider.GetUtcNow(), type, severity, options.Source, claim.Id, claim.Attempt, claim.Fence, duration?.TotalMilliseconds, message, claim.TraceId),
                WorkerEventContext.Default.WorkerEvent);
        }
        catch (Exception e) when (e is EventWriterException or ObjectDisposedException)
        {
            // An event that finds no room must not turn done work into failed work.
            Log.CannotTell(options.Logger, claim.Id, e);
        }
    }
}
