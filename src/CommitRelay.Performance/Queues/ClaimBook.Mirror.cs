using CommitRelay.Performance.Files;
using Microsoft.Win32.SafeHandles;

namespace CommitRelay.Performance.Queues;

/// <content>Writing the ledger's states into the queue file.</content>
internal sealed partial class ClaimBook
{
    private readonly MirrorPlanner _planner;

    private long _mirroredVersion = -1;

    /// <summary>Looks whether the file or the ledger changed, and writes the file if it says something else. Costs little when nothing changed.</summary>
    private async Task MirrorIfDueAsync(CancellationToken cancellationToken)
    {
        if (Table.Version == _mirroredVersion && !LooksChanged)
            return;
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await Table.RefreshAsync(cancellationToken).ConfigureAwait(false);
            if (Ledger.IsBehind)
            {
                using (await Ledger.LockAsync(cancellationToken).ConfigureAwait(false))
                    CatchUp();
                WakeUp.Signal();
            }

            if (Table.Version == _mirroredVersion)
                return;
            _mirroredVersion = Table.Version;
        }
        finally
        {
            _gate.Release();
        }

        await MirrorAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes the queue file say what the ledger says. Claims go on while it is written.</summary>
    /// <returns>False when the file was right as it was, or is not there.</returns>
    internal async Task<bool> MirrorAsync(CancellationToken cancellationToken)
    {
        if (FileIdentity.At(_path) is null)
            return false;
        using var activity = Telemetry.Activities.StartActivity("queue.mirror");
        var started = _options.TimeProvider.GetTimestamp();
        MirrorPlan? plan = null;
        using var fileLock = await AtomicFile.LockAsync(_path, cancellationToken).ConfigureAwait(false);
        var replaced = await AtomicFile.EditLockedAsync(fileLock, RewriteAsync, keepReplaced: false, cancellationToken).ConfigureAwait(false);
        if (replaced is not { } identity || plan is null)
            return false;
        await AdoptAsync(identity, plan, cancellationToken).ConfigureAwait(false);
        activity?.SetTag("commitrelay.queue.file", _path).SetTag("commitrelay.queue.tasks", plan.Patches.Count + plan.Additions.Count);
        Metrics.Mirrored(_options.TimeProvider.GetElapsedTime(started));
        return true;

        async ValueTask<bool> RewriteAsync(FileSnapshot source, SafeFileHandle output, CancellationToken token)
        {
            plan = await PlanAsync(source, token).ConfigureAwait(false);
            if (plan.IsEmpty)
                return false;
            PatchedCopy.Write(source, output, plan.InOrder(), token);
            return true;
        }
    }

    private async ValueTask<MirrorPlan> PlanAsync(FileSnapshot source, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Table.Refresh(source);
            using (await Ledger.LockAsync(cancellationToken).ConfigureAwait(false))
                CatchUp();
            return _planner.Plan();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The new file holds the same tasks in other places: no need to read it again, unless tasks were added.</summary>
    private async ValueTask AdoptAsync(FileIdentity written, MirrorPlan plan, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using var file = FileSnapshot.Open(_path);
            if (plan.Additions.Count == 0)
            {
                if (file.Identity == written && plan.Generation == Table.Generation)
                    Table.Move(file, plan.Patches);
                return;
            }

            using (await Ledger.LockAsync(cancellationToken).ConfigureAwait(false))
            {
                CatchUp();
                foreach (var record in plan.Additions)
                {
                    if (Ledger.Records.Find(record.Identity) is { IsShown: false })
                        Ledger.Stage(new LedgerLine { Operation = LedgerOperation.Show, Identity = record.Identity });
                }

                Ledger.Append();
            }
        }
        catch (FileNotFoundException)
        {
            // Gone again already; the next reading will see it.
        }
        finally
        {
            _gate.Release();
        }
    }
}
