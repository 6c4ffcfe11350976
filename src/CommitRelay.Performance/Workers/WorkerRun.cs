using CommitRelay.Performance.Queues;

namespace CommitRelay.Performance.Workers;

/// <summary>One run of a worker's loop: claims, and keeps what runs alive.</summary>
internal sealed partial class WorkerRun<T>(ITaskQueue<T> queue, Func<TaskClaim<T>, CancellationToken, ValueTask> work, WorkerLoopOptions options) : IDisposable
{
    private const int LargestClaim = 64;
    private static readonly TimeSpan IdleLook = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DrainLook = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrencyGovernor _governor = options.Governor ?? new ConcurrencyGovernor(time: options.TimeProvider);
    private readonly Lock _gate = new();
    private readonly HashSet<TaskClaim<T>> _running = new(ReferenceEqualityComparer.Instance);
    private readonly CancellationTokenSource _graceOver = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int[] _ends = new int[Enum.GetValues<TaskEnd>().Length];
    private bool _isDraining;

    public async Task<WorkerLoopResult> RunAsync(CancellationToken stop)
    {
        using var ended = new CancellationTokenSource();
        var renewal = RenewAsync(ended.Token);
        try
        {
            await ClaimUntilStoppedAsync(stop).ConfigureAwait(false);
        }
        finally
        {
            var grace = options.TimeProvider.CreateTimer(static run => ((WorkerRun<T>)run!)._graceOver.Cancel(), this, options.Grace, Timeout.InfiniteTimeSpan);
            await DrainAsync().ConfigureAwait(false);
            await grace.DisposeAsync().ConfigureAwait(false);
            await ended.CancelAsync().ConfigureAwait(false);
            await renewal.ConfigureAwait(false);
        }

        return new WorkerLoopResult(_ends[(int)TaskEnd.Completed], _ends[(int)TaskEnd.Failed], _ends[(int)TaskEnd.GivenBack], _ends[(int)TaskEnd.Lost]);
    }

    public void Dispose() => _graceOver.Dispose();

    private async Task ClaimUntilStoppedAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (!await ClaimOnceAsync(stop).ConfigureAwait(false))
                    return;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
            {
                // A queue that is missing, locked away or half-written by a stranger now may be whole again soon: a service waits.
                // A run that is to end when the queue is empty would wait for ever, so its caller is told.
                if (options.UntilEmpty)
                    throw;
                Log.CannotClaim(options.Logger, Pause, e);
                await Task.Delay(Pause, options.TimeProvider, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Claims for the permits that are free, and starts the work; false when there is nothing left to wait for.</summary>
    private async Task<bool> ClaimOnceAsync(CancellationToken stop)
    {
        var permits = new Stack<WorkPermit>();
        try
        {
            permits.Push(await _governor.AcquireAsync(stop).ConfigureAwait(false));
            foreach (var permit in _governor.TryAcquire(LargestClaim - 1))
                permits.Push(permit);
            var claims = await queue.ClaimAsync(permits.Count, TimeSpan.Zero, stop).ConfigureAwait(false);
            if (claims.Count == 0)
            {
                // One permit is enough to wait with; held ones would look like demand.
                while (permits.Count > 1)
                    permits.Pop().Dispose();
                if (options.UntilEmpty && await IsEmptyAsync(stop).ConfigureAwait(false))
                    return false;
                claims = await queue.ClaimAsync(1, options.UntilEmpty ? DrainLook : IdleLook, stop).ConfigureAwait(false);
            }

            foreach (var claim in claims)
            {
                // Before it runs, so that neither the end of the loop nor a renewal can miss it.
                lock (_gate)
                    _running.Add(claim);
                _ = WorkAsync(claim, permits.Pop());
            }

            return true;
        }
        finally
        {
            foreach (var permit in permits)
                permit.Dispose();
        }
    }

    private async Task<bool> IsEmptyAsync(CancellationToken stop)
    {
        lock (_gate)
        {
            if (_running.Count > 0)
                return false;
        }

        var counts = await queue.CountAsync(stop).ConfigureAwait(false);
        return counts.Ready + counts.Delayed == 0;
    }

    private Task DrainAsync()
    {
        lock (_gate)
        {
            _isDraining = true;
            return _running.Count == 0 ? Task.CompletedTask : _drained.Task;
        }
    }

    private void End(TaskClaim<T> claim)
    {
        lock (_gate)
        {
            _running.Remove(claim);
            if (_isDraining && _running.Count == 0)
                _drained.TrySetResult();
        }
    }

    private async Task RenewAsync(CancellationToken ended)
    {
        using var timer = new PeriodicTimer(options.RenewEvery, options.TimeProvider);
        while (true)
        {
            try
            {
                if (!await timer.WaitForNextTickAsync(ended).ConfigureAwait(false))
                    return;
            }
            catch (OperationCanceledException)
            {
                return;
            }

            TaskClaim<T>[] claims;
            lock (_gate)
                claims = [.. _running];
            if (claims.Length == 0)
                continue;
            try
            {
                await queue.RenewAsync(claims, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or ClaimLostException)
            {
                // The tasks whose claim is lost find out when they end; the others were renewed, or are at the next turn.
                Log.CannotRenew(options.Logger, claims.Length, e);
            }
        }
    }
}
