using CommitRelay.Performance.Files;

namespace CommitRelay.Performance.Queues;

/// <content>The loop in the background: watches the folder, wakes waiting claims, writes the mirror.</content>
internal sealed partial class ClaimBook
{
    /// <summary>A mirror that takes long is written less often, so that it never takes more than a tenth of the time.</summary>
    private const int ShareOfTime = 10;
    private const int PollsWatched = 30;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _startLock = new();
    private FolderWatch? _watch;
    private Task? _loop;

    /// <summary>How long to wait without a look. Where the folder is watched a look is only a safety net, and each one wakes a thread.</summary>
    internal TimeSpan PollInterval => _watch is null ? _options.PollInterval : _options.PollInterval * PollsWatched;

    /// <summary>Why the queue file could not be written the last time; null when it could.</summary>
    internal Exception? MirrorFault { get; private set; }

    /// <summary>Whether the queue file or the ledger is another than was read last: two looks at the folder, no lock.</summary>
    internal bool LooksChanged
    {
        get
        {
            try
            {
                return !Table.IsCurrent || Ledger.IsBehind;
            }
            catch (IOException)
            {
                // The turn that follows says what is wrong.
                return true;
            }
        }
    }

    /// <summary>Starts the loop at the first call that needs it.</summary>
    internal void EnsureStarted()
    {
        lock (_startLock)
        {
            if (_loop is not null || _stop.IsCancellationRequested)
                return;
            _watch = FolderWatch.TryStart(_path, Ledger.Path, WakeUp.Signal);
            _loop = Task.Run(LoopAsync);
        }
    }

    private void Changed() => WakeUp.Signal();

    private async Task LoopAsync()
    {
        var time = _options.TimeProvider;
        var pause = TimeSpan.Zero;
        try
        {
            while (true)
            {
                await Task.Delay(pause > _options.MirrorInterval ? pause : _options.MirrorInterval, time, _stop.Token).ConfigureAwait(false);
                var signalled = WakeUp.Next;
                var started = time.GetTimestamp();
                await MirrorOrNoteFaultAsync().ConfigureAwait(false);
                pause = time.GetElapsedTime(started) * ShareOfTime;
                await WaitAsync(signalled).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Disposed.
        }
    }

    private async Task MirrorOrNoteFaultAsync()
    {
        try
        {
            await MirrorIfDueAsync(_stop.Token).ConfigureAwait(false);
            if (MirrorFault is not null)
                Log.MirrorsAgain(_options.Logger, _path);
            MirrorFault = null;
        }
        catch (Exception e) when (!_stop.IsCancellationRequested)
        {
            // The ledger is the truth; the file is told when it can be written again.
            if (MirrorFault is null)
                Log.MirrorFailed(_options.Logger, e, _path);
            MirrorFault = e;
            _mirroredVersion = -1;
        }
    }

    /// <summary>Until somebody signals a change, or it is time to look though nobody did; that end is no exception to pay for.</summary>
    private async Task WaitAsync(Task signalled)
    {
        await signalled.WaitAsync(PollInterval, _options.TimeProvider, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Token.ThrowIfCancellationRequested();
    }

    private async ValueTask StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        Task? loop;
        lock (_startLock)
            loop = _loop;
        if (loop is not null)
            await loop.ConfigureAwait(false);
        _watch?.Dispose();
    }
}
