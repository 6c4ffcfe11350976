namespace CommitRelay.Performance.Queues;

/// <summary>What the claims know of one task: the state machine that file and memory share.</summary>
internal class TaskRecord(TaskIdentity identity)
{
    internal TaskIdentity Identity { get; set; } = identity;

    internal TaskState State { get; private set; }

    /// <summary>The fence of the last claim; 0 before the first.</summary>
    internal long Fence { get; private set; }

    internal int Attempt { get; private set; }

    /// <summary>The lease's end while leased; else the instant before which the task is not handed out.</summary>
    internal DateTimeOffset Until { get; private set; }

    /// <summary>When the state was reached.</summary>
    internal DateTimeOffset At { get; private set; }

    internal string? Worker { get; private set; }

    internal string? Reason { get; private set; }

    /// <summary>Whether a claim may still be completed, failed, renewed or given back: no later claim was made, and it is neither done nor given back.</summary>
    internal bool IsHeldBy(long fence) => State == TaskState.Leased && Fence == fence;

    internal bool IsFinished => State is TaskState.Completed or TaskState.Dead;

    internal bool IsReady(DateTimeOffset now) => !IsFinished && Until <= now;

    internal void Claim(long fence, int attempt, DateTimeOffset until, string? worker, DateTimeOffset at)
        => (State, Fence, Attempt, Until, Worker, At, Reason) = (TaskState.Leased, fence, attempt, until, worker, at, null);

    internal void Renew(DateTimeOffset until) => Until = until;

    internal void Complete(DateTimeOffset at) => (State, Until, At) = (TaskState.Completed, default, at);

    internal void Abandon(DateTimeOffset notBefore, DateTimeOffset at)
        => (State, Attempt, Until, At) = (TaskState.Open, Attempt - 1, notBefore, at);

    internal void Fail(string? reason, DateTimeOffset notBefore, DateTimeOffset at)
        => (State, Until, Reason, At) = (TaskState.Open, notBefore, reason, at);

    internal void Bury(string? reason, DateTimeOffset at)
        => (State, Until, Reason, At) = (TaskState.Dead, default, reason, at);

    /// <summary>A person wants it tried again: attempts count from anew, fences go on.</summary>
    internal void Reopen(DateTimeOffset at)
        => (State, Attempt, Until, Reason, At) = (TaskState.Reopened, 0, default, null, at);

    /// <summary>Takes over what a compacted ledger says.</summary>
    internal void Restore(TaskState state, long fence, int attempt, DateTimeOffset until, string? worker, string? reason, DateTimeOffset at)
        => (State, Fence, Attempt, Until, Worker, Reason, At) = (state, fence, attempt, until, worker, reason, at);
}
