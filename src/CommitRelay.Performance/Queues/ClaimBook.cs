using CommitRelay.Performance.Files;
using CommitRelay.Performance.Json;

namespace CommitRelay.Performance.Queues;

/// <summary>
/// The queue file, its ledger and its mirror under one roof. Calls are gathered: whoever gets the gate serves all who wait,
/// with one turn at the ledger's lock, one append and one fsync.
/// </summary>
internal sealed partial class ClaimBook : IAsyncDisposable
{
    private readonly string _path;
    private readonly QueueClaimsOptions _options;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Lock _waitingLock = new();
    private List<ClaimCall> _waiting = [];
    private bool _isClosed;

    internal ClaimBook(string path, QueueClaimsOptions options)
    {
        _path = AtomicFile.ResolveLink(System.IO.Path.GetFullPath(path));
        _options = options;
        var ledgerPath = ClaimLedger.PathFor(_path, options.LedgerPath);
        if (ledgerPath == _path)
            throw new ArgumentException($"{nameof(QueueClaimsOptions.LedgerPath)} is the queue file itself: {_path}.", nameof(options));
        Ledger = new ClaimLedger(ledgerPath, options.TimeProvider, damage => options.Queue.OnMalformed?.Invoke(Damage(damage)));
        Table = new ClaimTable(_path, options, Ledger);
        Metrics = new QueueMetrics(_path);
        _planner = new MirrorPlanner(options, Table);
    }

    /// <summary>The queue file.</summary>
    internal string Path => _path;

    internal ClaimLedger Ledger { get; }

    internal ClaimTable Table { get; }

    internal QueueMetrics Metrics { get; }

    internal WakeUp WakeUp { get; } = new();

    /// <summary>Runs a body while the ledger is locked and up to date; what it stages is durable when the task ends.</summary>
    /// <param name="body">Looks and stages; never waits.</param>
    /// <param name="needsFile">Whether the body looks at the queue file's tasks, so that a fault of the file is its fault.</param>
    /// <param name="cancellationToken">Ends the call before its turn.</param>
    internal async Task<TResult> RunAsync<TResult>(Func<TResult> body, bool needsFile, CancellationToken cancellationToken)
    {
        var call = new ClaimCall<TResult>(body, needsFile, cancellationToken);
        lock (_waitingLock)
            _waiting.Add(call);
        await _gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            // Another may have served this call while it waited at the gate.
            if (!call.Completion.IsCompleted)
                await Task.Run(ServeAsync, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }

        return await call.Result.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        await _gate.WaitAsync().ConfigureAwait(false);
        _isClosed = true;
        Ledger.Dispose();
        Table.Dispose();
        _gate.Release();
    }

    private async Task ServeAsync()
    {
        List<ClaimCall> calls;
        lock (_waitingLock)
            (calls, _waiting) = (_waiting, []);
        calls.RemoveAll(call => call.EndIfCancelled() || (_isClosed && call.Fail(new ObjectDisposedException(nameof(ClaimBook)))));
        if (calls.Count == 0)
            return;
        try
        {
            if (calls.Exists(call => call.NeedsFile))
                await RefreshAsync(calls).ConfigureAwait(false);
            if (await CommitAsync(calls).ConfigureAwait(false))
                Changed();
            calls.ForEach(call => call.Succeed());
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // What was staged may not be in the file; memory must not say more than the file. Whatever it was, a callback's fault too: nobody may wait for ever.
            Ledger.Forget();
            calls.ForEach(call => call.Fail(e));
        }
    }

    /// <summary>A queue file that cannot be read fails those who look at it. Completing and giving back go on.</summary>
    private async ValueTask RefreshAsync(List<ClaimCall> calls)
    {
        try
        {
            await Table.RefreshAsync(CancellationToken.None).ConfigureAwait(false);
            if (_options.Queue.OnMalformed is null && Table.Content.Faults is [var fault, ..])
                throw fault;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            calls.RemoveAll(call => call.NeedsFile && call.Fail(e));
        }
    }

    private async ValueTask<bool> CommitAsync(List<ClaimCall> calls)
    {
        bool appended;
        using (await Ledger.LockAsync(CancellationToken.None).ConfigureAwait(false))
        {
            CatchUp();
            foreach (var call in calls)
                call.Run();
            appended = Ledger.Append();
            if (Ledger.IsCompactionDue)
                Ledger.Compact(_options.Retention);
        }

        // Others see the lines already; only who was promised durability waits for it, and nobody is kept from the lock meanwhile.
        if (appended)
            Ledger.Flush();
        return appended;
    }

    private void CatchUp()
    {
        if (Ledger.CatchUp(Table.Update))
            Table.Match();
    }

    private static QueueFormatException Damage(JsonFormatException damage)
        => new(damage.File, damage.ByteOffset, damage.Line, damage.Column, damage.Expected, null, damage);
}
