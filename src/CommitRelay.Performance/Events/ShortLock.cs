namespace CommitRelay.Performance.Events;

/// <summary>
/// A lock for a few dozen instructions: <see cref="SpinLock"/> in the shape of <see cref="Lock"/>. It lets go with a plain store, which is
/// half of what the other costs an event, and nobody sleeps in it unless its holder has lost the processor.
/// </summary>
internal sealed class ShortLock
{
    private SpinLock _lock = new(enableThreadOwnerTracking: false);

    /// <summary>Takes the lock until the scope is disposed. Not reentrant; no system call belongs inside.</summary>
    public Scope Enter()
    {
        var taken = false;
        _lock.Enter(ref taken);
        return new Scope(this);
    }

    internal readonly ref struct Scope(ShortLock owner)
    {
        public void Dispose() => owner._lock.Exit(useMemoryBarrier: false);
    }
}
