using CommitRelay.Performance.Events;
using CommitRelay.Performance.Queues;
using CommitRelay.Performance.RateLimits;

namespace CommitRelay.Performance.Workers;

/// <summary>How a task ended here.</summary>
internal enum TaskEnd
{
    Completed,
    Failed,
    GivenBack,
    Lost,
}

/// <summary>The work on one task, and its outcome.</summary>
internal sealed partial class WorkerRun<T>
{
    private async Task WorkAsync(TaskClaim<T> claim, WorkPermit permit)
    {
        // The loop goes on with the next claim meanwhile.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            var started = options.TimeProvider.GetTimestamp();
            var calls = options.Events is null ? null : new RateLimitStatistics();
            RateLimitStatistics.OfTask = calls;
            Tell(claim, "task_started", "info");
            var outcome = await DoAsync(claim).ConfigureAwait(false);
            var duration = options.TimeProvider.GetElapsedTime(started);
            var end = await SettleAsync(claim, outcome).ConfigureAwait(false) ? outcome.End : TaskEnd.Lost;
            Interlocked.Increment(ref _ends[(int)end]);
            Tell(claim, outcome, end, duration, WorkerCalls.Of(calls));
        }
        finally
        {
            permit.Dispose();
            End(claim);
        }
    }

    private async ValueTask<Outcome> DoAsync(TaskClaim<T> claim)
    {
        using var cancel = new CancellationTokenSource(options.TaskTimeout, options.TimeProvider);
        var graceOver = _graceOver.Token.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), cancel);
        try
        {
            await work(claim, cancel.Token).ConfigureAwait(false);
            return Outcome.Completed;
        }
        catch (RateLimitedException limited)
        {
            var retryAt = limited.RetryAt ?? options.TimeProvider.GetUtcNow() + options.SpendCapPause;
            _governor.PauseUntil(retryAt);
            return new Outcome(TaskEnd.GivenBack, limited.Message, RetryAt: retryAt);
        }
        catch (OperationCanceledException) when (_graceOver.IsCancellationRequested)
        {
            return new Outcome(TaskEnd.GivenBack, "the worker stops");
        }
        catch (Exception e)
        {
            // Whatever the work throws is the task's outcome, never the loop's end.
            return new Outcome(TaskEnd.Failed, e is OperationCanceledException && cancel.IsCancellationRequested ? $"ran longer than {options.TaskTimeout}" : $"{e.GetType().Name}: {e.Message}", e);
        }
        finally
        {
            await graceOver.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Writes the outcome to the queue; while the disk is full it waits, since the work is done and must not be done again.</summary>
    /// <returns>False when somebody else has the task now, or the grace was over before the queue could be written.</returns>
    private async ValueTask<bool> SettleAsync(TaskClaim<T> claim, Outcome outcome)
    {
        while (true)
        {
            try
            {
                await TellQueueAsync(claim, outcome).ConfigureAwait(false);
                return true;
            }
            catch (ClaimLostException)
            {
                Log.ClaimLost(options.Logger, claim.Id);
                return false;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
            {
                Log.CannotSettle(options.Logger, claim.Id, Pause, e);
                if (_graceOver.IsCancellationRequested)
                    return false;
                await Task.Delay(Pause, options.TimeProvider, _graceOver.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private ValueTask TellQueueAsync(TaskClaim<T> claim, Outcome outcome) => outcome.End switch
    {
        TaskEnd.Completed => queue.CompleteAsync([claim], CancellationToken.None),
        TaskEnd.Failed => queue.FailAsync([claim], outcome.Reason!, CancellationToken.None),
        _ => queue.AbandonAsync([claim], outcome.RetryAt, CancellationToken.None),
    };

    private void Tell(TaskClaim<T> claim, Outcome outcome, TaskEnd end, TimeSpan duration, WorkerCalls? calls)
    {
        switch (end)
        {
            case TaskEnd.Completed:
                Tell(claim, "task_completed", "info", duration, null, calls);
                break;
            case TaskEnd.Failed:
                Log.TaskFailed(options.Logger, claim.Id, claim.Attempt, outcome.Reason!, outcome.Fault);
                Tell(claim, "task_failed", "warning", duration, outcome.Reason, calls);
                break;
            case TaskEnd.GivenBack:
                Log.TaskGivenBack(options.Logger, claim.Id, outcome.RetryAt, outcome.Reason!);
                Tell(claim, "task_given_back", "info", duration, outcome.Reason, calls);
                break;
            default:
                Tell(claim, "task_claim_lost", "warning", null, null, calls);
                break;
        }
    }

    private void Tell(TaskClaim<T> claim, string type, string severity, TimeSpan? duration = null, string? message = null, WorkerCalls? calls = null)
    {
        if (options.Events is not { } events)
            return;
        try
        {
            events.Write(
                new WorkerEvent(options.TimeProvider.GetUtcNow(), type, severity, options.Source, claim.Id, claim.Attempt, claim.Fence, duration?.TotalMilliseconds, message, claim.TraceId, calls),
                WorkerEventContext.Default.WorkerEvent);
        }
        catch (Exception e) when (e is EventWriterException or ObjectDisposedException)
        {
            // An event that finds no room must not turn done work into failed work.
            Log.CannotTell(options.Logger, claim.Id, e);
        }
    }

    /// <summary>What the work's end means for its task.</summary>
    private sealed record Outcome(TaskEnd End, string? Reason, Exception? Fault = null, DateTimeOffset? RetryAt = null)
    {
        public static readonly Outcome Completed = new(TaskEnd.Completed, null);
    }
}
