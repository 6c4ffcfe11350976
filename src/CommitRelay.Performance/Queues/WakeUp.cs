namespace CommitRelay.Performance.Queues;

/// <summary>Tells all waiters at once that something changed. Take <see cref="Next"/> before looking, then wait for it: no change is missed between.</summary>
internal sealed class WakeUp
{
    private TaskCompletionSource _next = New();

    internal Task Next => Volatile.Read(ref _next).Task;

    internal void Signal() => Interlocked.Exchange(ref _next, New()).TrySetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
